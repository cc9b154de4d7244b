// The Markdown that what is read is written in: links, code, mentions, and Feishu's own tags taken out.
import type { Mentions } from "@/lib/feishu/reading/mentions";

/** Code in a fence that nothing inside of it ends. */
export function fenced(code: string, language: string): string {
  const longest = Math.max(2, ...[...code.matchAll(/`{3,}/g)].map(([ticks]) => ticks.length));
  const fence = "`".repeat(longest + 1);
  return `${fence}${language.replace(/[\s`]/g, "")}\n${code.replace(/\n$/, "")}\n${fence}`;
}

export function linked(text: string, url: string): string {
  const words = text.trim().replace(/\s+/g, " ");
  if (url === "") return text;
  return words === "" || words === url ? url : `[${words.replace(/[[\]]/g, "\\$&")}](${url})`;
}

const AT = /<at\s([^<>]{1,1000})>([^<>]{0,200})(?:<\/at>)?/g;
const ID = /(?:user_id|open_id|ids|id)=["']?([^"'\s>]{1,1000})/;

/** People are mentioned in Markdown by a tag. */
export const mentionsIn = (markdown: string, mentions: Mentions): string =>
  markdown.replace(AT, (whole: string, attributes: string, name: string) => {
    const ids = ID.exec(attributes.replace(/\/$/, ""))?.[1]?.split(",") ?? [];
    if (ids.length === 0) return whole;
    return ids.map((id) => mentions.keyFor({ id, name: ids.length === 1 ? name.replace(/^@/, "") : "" })).join(" ");
  });

const TAG = /<\/?(?:font|text_tag|number_tag|person|local_datetime|link|raw)(?:\s[^<>]{0,500})?>/g;

/** The Markdown of cards, without the tags that only colour it. */
export const cardWords = (markdown: string, mentions: Mentions): string =>
  mentionsIn(markdown, mentions)
    .replace(TAG, "")
    .replace(/<br\s?\/?>/g, "\n");

/** In the server's time zone. */
export function clockOf(ms: number): string {
  const time = new Date(ms);
  if (Number.isNaN(time.getTime())) return "";
  const two = (part: number) => String(part).padStart(2, "0");
  const date = [time.getFullYear(), two(time.getMonth() + 1), two(time.getDate())].join("-");
  return `${date} ${two(time.getHours())}:${two(time.getMinutes())}`;
}
