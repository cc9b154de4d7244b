"use client";
import { encode } from "uqr";

const QUIET_MODULES = 4; // ISO/IEC 18004: the quiet zone that every reader can rely on

/** Dark on light in both themes: many readers do not take an inverted code. */
export function QrCode({ value, label }: { value: string; label: string }) {
  const { data, size } = encode(value, { ecc: "L", border: QUIET_MODULES });
  const path = data
    .flatMap((row, y) => runsOf(row).map(({ from, length }) => `M${from} ${y}h${length}v1h-${length}z`))
    .join("");
  return (
    <svg
      role="img"
      aria-label={label}
      viewBox={`0 0 ${size} ${size}`}
      shapeRendering="crispEdges"
      className="block size-full rounded-control bg-code text-on-code"
    >
      <path d={path} fill="currentColor" />
    </svg>
  );
}

/** Dark modules that stand side by side, drawn as one. */
function runsOf(row: boolean[]): { from: number; length: number }[] {
  const runs: { from: number; length: number }[] = [];
  row.forEach((dark, x) => {
    const last = runs.at(-1);
    if (!dark) return;
    if (last && last.from + last.length === x) last.length += 1;
    else runs.push({ from: x, length: 1 });
  });
  return runs;
}
