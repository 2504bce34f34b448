// Level glyphs as map images: the shape itself in the level's colour; no data is hatched.
import { say, token } from "./words.js";

export const SEVERITIES = [5, 4, 3, 2, 1, 0, -1];
const RATIO = 3;
// The same outlines as chengan/icons.svg, on a field of 16 × 16.
const SHAPES = {
  5: "M8 .8 15.2 8 8 15.2.8 8z",
  4: "M8 1.6 15.4 14.4H.6z",
  3: "M8 1.6a6.4 6.4 0 1 1 0 12.8A6.4 6.4 0 0 1 8 1.6z",
  2: "M2 2h12v12H2z",
};
const RING = "M8 2.4a5.6 5.6 0 1 1 0 11.2A5.6 5.6 0 0 1 8 2.4z";
const SIZES = { 5: 26, 4: 26, 3: 24, 2: 22, 1: 16, 0: 11, "-1": 15 };

export const imageName = (severity) => `level-${severity}`;

function hatch(pen, size, step) {
  pen.lineWidth = step / 3;
  pen.strokeStyle = token("--hatch-a");
  for (let x = -size; x < size; x += step) {
    pen.beginPath();
    pen.moveTo(x, size);
    pen.lineTo(x + size, 0);
    pen.stroke();
  }
}

function sheet(width) {
  const canvas = document.createElement("canvas");
  canvas.width = width * RATIO;
  canvas.height = width * RATIO;
  const pen = canvas.getContext("2d", { willReadFrequently: true });
  pen.scale(RATIO, RATIO);
  return [canvas, pen];
}

// An icon with a halo in the page's surface and an outline dark enough for any ground.
export function drawIcon(severity) {
  const size = SIZES[severity], edge = 3;
  const [canvas, pen] = sheet(size + 2 * edge);
  pen.translate(edge, edge);
  pen.scale(size / 16, size / 16);
  const unit = 16 / size;
  const shape = new Path2D(SHAPES[severity] ?? RING);
  pen.lineJoin = "round";
  pen.lineWidth = 5 * unit;
  pen.strokeStyle = token("--surface");
  pen.stroke(shape);
  pen.fillStyle = severity > 1 ? token(`--level-${severity}`) : severity < 0 ? token("--hatch-b") : token("--surface");
  pen.fill(shape);
  if (severity < 0) {
    pen.save();
    pen.clip(shape);
    hatch(pen, 16, 5);
    pen.restore();
  }
  pen.lineWidth = (severity === 1 ? 3 : 1.5) * unit;
  pen.strokeStyle = severity > 1 ? token(`--level-${severity}-ink`) : token(severity === 1 ? "--level-1" : "--line-strong");
  pen.stroke(shape);
  return pen.getImageData(0, 0, canvas.width, canvas.height);
}

// A tile to fill areas without data with.
export function drawHatch() {
  const [canvas, pen] = sheet(12);
  pen.fillStyle = token("--hatch-b");
  pen.fillRect(0, 0, 12, 12);
  pen.lineWidth = 2;
  pen.strokeStyle = token("--hatch-a");
  for (const x of [-12, 0, 12]) {
    pen.beginPath();
    pen.moveTo(x - 1, 13);
    pen.lineTo(x + 13, -1);
    pen.stroke();
  }
  return pen.getImageData(0, 0, canvas.width, canvas.height);
}

// Signs of what can be sent or be gone to: a letter in a box; filled while on a task, struck through out of service.
const SIGNS = { team: say("队", "T"), vehicle: say("车", "V"), warehouse: say("库", "W"), shelter: say("所", "S"), expert: say("专", "E"), report: "✓", drill: say("演", "D"), cordon: say("禁", "✕"), evacuation: say("撤", "E"), traffic: say("交", "T"), safe: say("集", "A") };
const STATES = ["ready", "sent", "out"];
const SIGN = 20;

function drawSign(kind, state) {
  const [canvas, pen] = sheet(SIGN + 4);
  const isSent = state === "sent";
  pen.translate(2, 2);
  pen.beginPath();
  pen.roundRect(1, 1, SIGN - 2, SIGN - 2, kind === "report" ? SIGN / 2 : 4);
  pen.lineWidth = 5;
  pen.strokeStyle = token("--surface");
  pen.stroke();
  pen.fillStyle = token(isSent ? "--accent" : "--surface");
  pen.fill();
  pen.lineWidth = 1.8;
  pen.strokeStyle = token(state === "out" ? "--line-strong" : "--accent");
  pen.stroke();
  pen.fillStyle = token(isSent ? "--on-accent" : state === "out" ? "--ink-soft" : "--accent");
  pen.font = "600 12px 'Noto Sans CJK SC', 'PingFang SC', 'Microsoft YaHei', sans-serif";
  pen.textAlign = "center";
  pen.textBaseline = "middle";
  pen.fillText(SIGNS[kind], SIGN / 2, SIGN / 2 + 0.5);
  if (state === "out") { pen.beginPath(); pen.moveTo(3, SIGN - 3); pen.lineTo(SIGN - 3, 3); pen.stroke(); }
  return pen.getImageData(0, 0, canvas.width, canvas.height);
}

// An arrow that points north, to be turned to where the wind blows.
function drawWind() {
  const [canvas, pen] = sheet(40);
  const arrow = new Path2D("M20 3 29 16H23V37H17V16H11z");
  pen.lineJoin = "round";
  pen.lineWidth = 5;
  pen.strokeStyle = token("--surface");
  pen.stroke(arrow);
  pen.fillStyle = token("--accent");
  pen.fill(arrow);
  return pen.getImageData(0, 0, canvas.width, canvas.height);
}

const signs = () => [["sign-wind", drawWind()],
  ...Object.keys(SIGNS).flatMap((kind) => STATES.map((state) => [`sign-${kind}-${state}`, drawSign(kind, state)]))];

// Put every image into the map, anew when the theme has changed.
export function putImages(map) {
  const images = SEVERITIES.map((severity) => [imageName(severity), drawIcon(severity)]);
  for (const [name, image] of [...images, ...signs(), ["hatch", drawHatch()]]) {
    if (map.hasImage(name)) map.updateImage(name, image);
    else map.addImage(name, image, { pixelRatio: RATIO });
  }
}
