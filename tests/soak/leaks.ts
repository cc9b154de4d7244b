// What the process still holds: timers, unref'd ones too, and sockets, servers, pipes and children, each with the lines that made it.
import { createHook } from "node:async_hooks";

const HELD = /^(Timeout|TCPWRAP|TCPSERVERWRAP|TLSWRAP|PIPEWRAP|PIPESERVERWRAP|PROCESSWRAP)$/;
/** Not Larkspur's: the test runner, and how the soak itself waits. */
const OTHERS = /node_modules\/(@vitest|vitest|tinypool|birpc|vite)\/|tests\/(soak|support\/wait-for)/;
const CLOUD = /lib\/sandbox\//;
const LINES_SHOWN = 4;

type Held = { type: string; made: { stack?: string } };

export type Watch = {
  /** Made since the watch began and still there: one line for each kind and place. */
  left(): string[];
  /** Those of them that Larkspur made; the simulated cloud may still run. */
  leftOfLarkspur(): string[];
  end(): void;
};

export function watchResources(): Watch {
  const held = new Map<number, Held>();
  const hook = createHook({
    init(asyncId, type) {
      if (!HELD.test(type)) return;
      const made: Held["made"] = {};
      Error.captureStackTrace(made); // becomes text only where it is asked for
      held.set(asyncId, { type, made });
    },
    destroy: (asyncId) => void held.delete(asyncId),
  }).enable();
  const stacksLeft = () => {
    const all = [...held.values()].map(({ type, made }) => ({ type, lines: linesOf(made.stack ?? "") }));
    return all.filter(({ lines }) => !OTHERS.test(lines[0] ?? ""));
  };
  return {
    left: () => counted(stacksLeft()),
    leftOfLarkspur: () =>
      counted(stacksLeft().filter(({ lines }) => lines.length > 0 && !lines.some((line) => CLOUD.test(line)))),
    end: () => void hook.disable(),
  };
}

const linesOf = (stack: string): string[] => {
  const lines = stack.split("\n").filter((line) => /^\s+at /.test(line) && !/node:|soak\/leaks/.test(line));
  return lines.map((line) => line.trim().slice(3).replaceAll(`${process.cwd()}/`, ""));
};

function counted(left: { type: string; lines: string[] }[]): string[] {
  const counts = new Map<string, number>();
  for (const { type, lines } of left) {
    const place = `${type} from ${lines.slice(0, LINES_SHOWN).join(" < ") || "somewhere in Node"}`;
    counts.set(place, (counts.get(place) ?? 0) + 1);
  }
  return [...counts].map(([place, count]) => `left behind: ${count} × ${place}`);
}
