// The page's language, and the few words that scripts say themselves.
export const isChinese = document.documentElement.lang.startsWith("zh");
export const say = (chinese, english) => (isChinese ? chinese : english);
export const locale = isChinese ? "zh-CN" : "en-GB";

export const GLYPHS = { 5: "◆", 4: "▲", 3: "●", 2: "■", 1: "○", 0: "✓", "-1": "▨" };
export const LEVELS = {
  5: say("红", "Red"), 4: say("橙", "Orange"), 3: say("黄", "Yellow"), 2: say("蓝", "Blue"),
  1: say("提示", "Notice"), 0: say("正常", "Normal"), "-1": say("无数据", "No data"),
};

// A design token's present value; it changes with the theme (event "chengan:theme").
export const token = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

// Four significant figures, thousands grouped.
export function figures(value) {
  if (value === null || value === undefined || Number.isNaN(value)) return "–";
  if (Math.abs(value) >= 1000) return Math.round(value).toLocaleString(locale);
  return String(Number(Number(value).toPrecision(4)));
}

const CLOCK = { timeZone: "Asia/Shanghai", hour12: false, hourCycle: "h23" };
const clock = new Intl.DateTimeFormat(locale, { ...CLOCK, hour: "2-digit", minute: "2-digit", second: "2-digit" });
const full = new Intl.DateTimeFormat("sv-SE", { ...CLOCK, dateStyle: "short", timeStyle: "medium" });
export const beijingClock = (ms) => clock.format(ms);
export const beijingTime = (ms) => full.format(ms);

// The same steps as portals/shown.py, so that a page does not jump when a script refreshes it.
export function ago(seconds) {
  const size = Math.abs(seconds);
  const [count, chinese, english] = size < 60 ? [size, "秒", "s"]
    : size < 3600 ? [size / 60, "分钟", "min"]
    : size < 172800 ? [size / 3600, "小时", "h"]
    : [size / 86400, "天", "d"];
  const whole = Math.floor(count);
  if (seconds < 0) return say(`${whole} ${chinese}后`, `in ${whole} ${english}`);
  return say(`${whole} ${chinese}前`, `${whole} ${english} ago`);
}
