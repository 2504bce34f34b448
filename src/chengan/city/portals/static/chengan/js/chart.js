// Charts of readings: limits drawn and labelled, gaps stay gaps, a table for those who don't see it.
import * as echarts from "../../vendor/echarts/echarts.js";

const zh = () => document.documentElement.lang.startsWith("zh");
const token = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
const GLYPHS = { 5: "◆", 4: "▲", 3: "●", 2: "■", 1: "○" };

function withGaps(times, values, gapMs) {
  const points = [];
  times.forEach((time, i) => {
    if (i && gapMs && time - times[i - 1] > gapMs) points.push([times[i - 1] + 1, null]);
    points.push([time, values[i]]);
  });
  return points;
}

const CITY = { timeZone: "Asia/Shanghai", hourCycle: "h23" };
const CLOCK = new Intl.DateTimeFormat("zh-CN", { ...CITY, hour: "2-digit", minute: "2-digit" });
const DAY = new Intl.DateTimeFormat("zh-CN", { ...CITY, month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit" });
const WHOLE = new Intl.DateTimeFormat("zh-CN", { ...CITY, dateStyle: "short", timeStyle: "medium" });

function option(data) {
  const ink = token("--ink-soft");
  const isLong = data.times_ms.at(-1) - data.times_ms[0] > 86_400_000;
  const stamp = (time) => (isLong ? DAY : CLOCK).format(time);
  return {
    animation: false,
    grid: { left: 56, right: 84, top: 16, bottom: 40 },
    tooltip: { trigger: "axis", valueFormatter: (v) => (v === null || v === undefined ? "–" : `${Number(v).toPrecision(5)} ${data.unit}`) },
    xAxis: { type: "time", axisLabel: { color: ink, hideOverlap: true, formatter: stamp }, axisPointer: { label: { formatter: ({ value }) => WHOLE.format(value) } }, axisLine: { lineStyle: { color: ink } } },
    yAxis: { type: "value", scale: true, name: data.unit, nameTextStyle: { color: ink }, axisLabel: { color: ink }, splitLine: { lineStyle: { color: token("--line") } } },
    dataZoom: [{ type: "inside" }],
    series: [{
      type: "line", showSymbol: data.times_ms.length < 2, symbolSize: 4, lineStyle: { width: 1.5 }, color: token("--accent"),
      data: withGaps(data.times_ms, data.values, data.gap_ms), connectNulls: false,
      markLine: { symbol: "none", silent: true, data: data.limits.map((limit) => ({
        yAxis: limit.value, lineStyle: { color: token(`--level-${limit.severity}`), type: "dashed" },
        label: { color: token("--ink"), formatter: `${GLYPHS[limit.severity] ?? ""} ${limit.label}`, position: "end", fontSize: 11 } })) },
      markPoint: { symbol: "pin", symbolSize: 24, data: (data.events ?? []).map((event) => ({
        coord: [event.time_ms, event.value], itemStyle: { color: token(`--level-${event.severity}`) } })) },
    }],
  };
}

function table(element, data) {
  const step = Math.max(1, Math.ceil(data.times_ms.length / 24));
  const rows = data.times_ms.filter((_t, i) => i % step === 0)
    .map((time, i) => `<tr><td>${new Date(time).toLocaleString(zh() ? "zh-CN" : "en-GB", CITY)}</td><td class="number">${Number(data.values[i * step]).toPrecision(5)} ${data.unit}</td></tr>`);
  const details = document.createElement("details");
  details.innerHTML = `<summary>${zh() ? "以表格查看" : "Show as a table"}</summary><div class="table-wrap" tabindex="0"><table><tbody>${rows.join("")}</tbody></table></div>`;
  element.after(details);
}

export async function createChart(element, { url }) {
  let data;
  try {
    const answer = await fetch(url, { headers: { Accept: "application/json" } });
    if (!answer.ok) throw new Error(String(answer.status));
    data = await answer.json();
  } catch (error) {
    element.className = "error-state";
    element.textContent = (zh() ? "曲线未能载入，请刷新页面。" : "The chart did not load; reload the page.") + ` (${error.message})`;
    return null;
  }
  if (!data.times_ms.length) {
    element.className = "empty";
    element.textContent = zh() ? "这段时间没有读数。" : "No readings in this time.";
    return null;
  }
  const last = data.values.at(-1);
  element.setAttribute("role", "img");
  element.setAttribute("aria-label", `${data.label ?? ""} ${zh() ? "最新" : "latest"} ${last} ${data.unit}`);
  const chart = echarts.init(element);
  chart.setOption(option(data));
  table(element, data);
  addEventListener("resize", () => chart.resize());
  addEventListener("chengan:theme", () => chart.setOption(option(data), true));
  return chart;
}

export function mountAll(root = document) {
  root.querySelectorAll("[data-chart-url]:not([data-mounted])").forEach((element) => {
    element.dataset.mounted = "yes";
    createChart(element, { url: element.dataset.chartUrl });
  });
}

mountAll();
document.addEventListener("htmx:afterSwap", (event) => mountAll(event.target));
