// How much work a regular expression may cost, judged by its text alone: before anything is compiled, and in the browser, too.
import type { Rule } from "@/lib/db/documents";

/** In instructions, as a compiled pattern has them: `x{1000}` has about 1,000. */
export const MOST_PER_PATTERN = 4_500;
export const MOST_PER_BOT = 10_000;

const NAMED_CLASS = /[pP]\{[^}]*\}|x\{[^}]*\}|./suy;
const REPEAT = /\{(\d+)(?:(,)(\d*))?\}/y;
const GROUP_HEAD = /\?[^:>)=!]*[:>=!]?/y;
const FLAGS = /\?[^:>)=!]*\)/y; // a sign that repeats belongs to what stands before them

type Sequence = { done: number; last: number };

/** At least what the compiled pattern has, repeats within repeats multiplied. What is no pattern has some size, too. */
export function patternSize(pattern: string): number {
  const outer: Sequence[] = [];
  let inner: Sequence = { done: 0, last: 0 };
  const begin = (size: number) => {
    inner.done += inner.last;
    inner.last = size;
  };
  let at = 0;
  const skip = (expression: RegExp): RegExpExecArray | null => {
    expression.lastIndex = at;
    const found = expression.exec(pattern);
    at += found?.[0].length ?? 0;
    return found;
  };
  while (at < pattern.length) {
    const sign = pattern[at];
    at += 1;
    if (sign === "(") {
      if (skip(FLAGS)) continue;
      skip(GROUP_HEAD);
      outer.push(inner);
      inner = { done: 0, last: 0 };
    } else if (sign === ")") {
      const size = inner.done + inner.last + 3;
      inner = outer.pop() ?? inner;
      begin(size);
    } else if (sign === "*" || sign === "+" || sign === "?") {
      inner.last += 1;
    } else if (sign === "|") {
      begin(2);
    } else if (sign === "{") {
      at -= 1;
      const repeat = skip(REPEAT);
      if (repeat) inner.last = repeated(inner.last, repeat);
      else {
        at += 1;
        begin(1);
      }
    } else {
      if (sign === "\\") skip(NAMED_CLASS);
      else if (sign === "[") at = afterClass(pattern, at);
      begin(1);
    }
  }
  return [...outer, inner].reduce((sum, { done, last }) => sum + done + last, 3);
}

function repeated(size: number, [, least, comma, most]: RegExpExecArray): number {
  const times = Math.max(1, Number(most || least));
  const optional = comma ? times - Number(least) + 1 : 0;
  return Math.min(size * times + Math.max(0, optional), Number.MAX_SAFE_INTEGER);
}

/** Where the class that begins before `from` has ended. */
function afterClass(pattern: string, from: number): number {
  let at = from;
  if (pattern[at] === "^") at += 1;
  if (pattern[at] === "]") at += 1;
  while (at < pattern.length && pattern[at] !== "]") {
    const named = pattern.startsWith("[:", at) ? pattern.indexOf(":]", at) : -1;
    if (named >= 0) at = named + 2;
    else at += pattern[at] === "\\" ? 2 : 1;
  }
  return at + 1;
}

/** Which rules' patterns are larger than one may be, or than what the rules before them leave of the bot's share. */
export function oversizedRules(rules: readonly Pick<Rule, "match" | "pattern">[]): {
  pattern: number[];
  bot: number[];
} {
  const oversized = { pattern: [] as number[], bot: [] as number[] };
  let sum = 0;
  for (const [index, { match, pattern }] of rules.entries()) {
    if (match !== "regex") continue;
    const size = patternSize(pattern);
    if (size > MOST_PER_PATTERN) oversized.pattern.push(index);
    else if (sum + size > MOST_PER_BOT) oversized.bot.push(index);
    else sum += size;
  }
  return oversized;
}
