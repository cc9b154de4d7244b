// The README's chart: how long bots are away, as bars of two kinds with their figures. A picture in a page cannot take the
// page's colours, so it brings its own for light and dark.
import { figure, isFailed, type Report } from "@/tests/bench/report";
import { type Language, wordsOf } from "@/tests/bench/words";

const WIDTH = 720;
const LABELS = 190;
const FIGURES = 60;
const BAR = 14;
const ROW = 50;
const TOP = 76;

const STYLE = `
  text { font: 13px system-ui, -apple-system, "Segoe UI", "PingFang SC", "Noto Sans CJK SC", sans-serif; fill: #1f2328; }
  .title { font-size: 15px; font-weight: 600; }
  .drop { fill: #2f6feb; }
  .outage { fill: #d1690f; }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3; }
    .drop { fill: #6ea8fe; }
    .outage { fill: #f0a35e; }
  }`;

type Kind = "drop" | "outage";

export function chartOf({ rows, sizes }: Report, language: Language): string {
  const words = wordsOf(language, sizes);
  const limit = sizes.backLimitMs / 1000;
  const bars = rows.map(({ id, rest }) => ({
    name: shortName(words.names[id]),
    seconds: isFailed(rest) ? undefined : { drop: rest.dropP95, outage: rest.outageP95 },
  }));
  const longest = Math.max(
    1,
    ...bars.flatMap(({ seconds }) => Object.values(seconds ?? {}).map((s) => Math.min(s, limit))),
  );
  const widthOf = (seconds: number) =>
    Math.max(2, (Math.min(seconds, limit) / longest) * (WIDTH - LABELS - FIGURES)).toFixed(1);
  const bar = (seconds: number, kind: Kind, y: number) =>
    `<rect class="${kind}" x="${LABELS}" y="${y}" width="${widthOf(seconds)}" height="${BAR}" rx="2"/>` +
    `<text x="${LABELS + Number(widthOf(seconds)) + 6}" y="${y + 12}">${escaped(figure(seconds, limit))}</text>`;
  const lines = bars.map(({ name, seconds }, index) => {
    const y = TOP + index * ROW;
    const label = `<text x="${LABELS - 12}" y="${y + 20}" text-anchor="end">${escaped(name)}</text>`;
    if (!seconds) return `${label}<text x="${LABELS}" y="${y + 20}">${words.failed}</text>`;
    return label + bar(seconds.drop, "drop", y) + bar(seconds.outage, "outage", y + BAR + 3);
  });
  const { title, drop, outage } = words.chart;
  const height = TOP + bars.length * ROW;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img" aria-label="${title}">
<style>${STYLE}
</style>
<text class="title" x="12" y="24">${title}</text>
${legend([
  { kind: "drop", text: drop },
  { kind: "outage", text: outage },
])}
${lines.join("\n")}
</svg>
`;
}

const legend = (entries: { kind: Kind; text: string }[]) =>
  entries
    .map(({ kind, text }, index) => {
      const x = 12 + index * 130;
      return `<rect class="${kind}" x="${x}" y="42" width="12" height="12" rx="2"/><text x="${x + 18}" y="53">${text}</text>`;
    })
    .join("");

const shortName = (name: string) => name.split(/[,，]/)[0] ?? name;
const escaped = (text: string) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
