// What the process still holds: timers, unref'd ones too, and sockets, servers, pipes and children, each with the lines that made it.
import { createHook } from "node:async_hooks";

const HELD = /^(Timeout|TCPWRAP|TCPSERVERWRAP|TLSWRAP|PIPEWRAP|PIPESERVERWRAP|PROCESSWRAP)$/;
/** Not Larkspur's: the test runner, and how the soak itself waits. */
const OTHERS = /node_modules\/(@vitest|vitest|tinypool|birpc|vite)\/|tests\/(soak\/larkspur|support\/wait-for)/;
const LINES_SHOWN = 4;

type Held = { type: string; made: { stack?: string } };

export type Watch = {
  /** Made since the watch began and still there: one line for each kind and place. */
  left(): string[];
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
  return {
    left() {
      const counts = new Map<string, number>();
      for (const { type, made } of held.values()) {
        const stack = made.stack ?? "";
        if (OTHERS.test(stack)) continue;
        const line = `${type} from ${placeOf(stack)}`;
        counts.set(line, (counts.get(line) ?? 0) + 1);
      }
      return [...counts].map(([line, count]) => `left behind: ${count} × ${line}`);
    },
    end: () => void hook.disable(),
  };
}

function placeOf(stack: string): string {
  const lines = stack.split("\n").flatMap((line) => (/^\s+at /.test(line) ? line.trim().slice(3) : []));
  const own = lines.filter((line) => !/node:|soak\/leaks/.test(line));
  const shown = (own.length > 0 ? own : lines).slice(0, LINES_SHOWN).join(" < ");
  return shown.replaceAll(`${process.cwd()}/`, "") || "somewhere in Node";
}
