// Short news at the corner; errors stay until they are closed.
import { say } from "./words.js";

export function toast(text, { bad = false } = {}) {
  const corner = document.querySelector("[data-toasts]");
  if ([...corner.children].some((old) => old.firstChild.textContent === text)) return;
  const box = document.createElement("div");
  box.className = bad ? "toast toast--bad" : "toast";
  const words = Object.assign(document.createElement("span"), { textContent: text });
  const close = Object.assign(document.createElement("button"), { type: "button", className: "button button--quiet button--small", textContent: "✕" });
  close.setAttribute("aria-label", say("关闭", "Close"));
  close.addEventListener("click", () => box.remove());
  box.append(words, close);
  corner.append(box);
  if (!bad) setTimeout(() => box.remove(), 6000);
}

// What a person can do about a failed request.
export function explain(status) {
  if (!status) return say("网络不通，操作没有送达。请检查网络后重试。", "No network: nothing was sent. Check it and try again.");
  if (status === 401 || status === 403) return say("没有权限，或登录已过期。请刷新页面重新登录。", "Not permitted, or signed out: reload the page and sign in.");
  if (status === 404) return say("该内容已不存在，或您无权查看。", "It is no longer there, or not yours to see.");
  return say(`服务器没有完成这个操作（${status}），请重试。`, `The server did not do this (${status}): please try again.`);
}

// JSON of our own endpoints; a refusal becomes an Error that a person can read.
export async function fetchJson(url) {
  let answer;
  try {
    answer = await fetch(url, { headers: { Accept: "application/json" } });
  } catch {
    throw new Error(explain(0));
  }
  if (!answer.ok || answer.redirected) throw new Error(explain(answer.redirected ? 401 : answer.status));
  return answer.json();
}
