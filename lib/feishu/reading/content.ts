// Reads the content of a message, whatever its type, into the words that a person would read.
import { readCard } from "@/lib/feishu/reading/card";
import { type Fields, fieldsIn, firstOf, isFields, listIn, stringIn } from "@/lib/feishu/reading/fields";
import type { Mentions } from "@/lib/feishu/reading/mentions";
import { readPost } from "@/lib/feishu/reading/post";
import { clockOf } from "@/lib/feishu/reading/words";

/** `unreadCard`: Feishu gave a placeholder instead of what the card says. */
export type Content = { text: string; unreadCard?: { title: string } };

export function readContent(type: string, content: string, mentions: Mentions): Content {
  const fields = fieldsIn(content) ?? {};
  if (type === "") return { text: "" };
  if (type === "post") return { text: readPost(fields, mentions) };
  if (type === "text") {
    const text = stringIn(fields.text);
    // Feishu mostly leaves @all out of `mentions`.
    if (/@_all\b/.test(text)) mentions.includeAll = true;
    return { text };
  }
  if (type === "interactive") {
    const card = readCard(fields, mentions);
    return "text" in card ? card : { text: labelled("interactive", card.unread.title), unreadCard: card.unread };
  }
  const reader = OTHERS.get(type);
  return { text: reader ? reader(fields, type) : unsupported(fields, type) };
}

const labelled = (type: string, ...lines: string[]): string =>
  [`[${type}]`, ...lines.filter((line) => line !== "")].join(" ").trimEnd();

type Reader = (fields: Fields, type: string) => string;

const file: Reader = ({ file_name: name }, type) => labelled(type, stringIn(name));

const calendar: Reader = ({ summary, start_time: start, end_time: end }) =>
  labelled("calendar", stringIn(summary), [timeOf(start), timeOf(end)].filter((time) => time !== "").join(" – "));

/** Text messages say in seconds, or milliseconds, what a calendar shows. */
function timeOf(value: unknown): string {
  const time = Number(firstOf(value));
  if (!(time > 0)) return "";
  return clockOf(time < 1e11 ? time * 1000 : time);
}

const location: Reader = ({ name, address, latitude, longitude }, type) => {
  const place = [firstOf(latitude), firstOf(longitude)].filter((part) => part !== "").join(", ");
  return labelled(type, stringIn(name), stringIn(address), place && `(${place})`);
};

const vote: Reader = ({ topic, options }, type) => {
  const choices = listIn(options)
    .slice(0, 200)
    .map((option) => (isFields(option) ? firstOf(option.text, option.content, option.name) : firstOf(option)))
    .filter((choice) => choice !== "");
  return [labelled(type, stringIn(topic)), ...choices.map((choice) => `- ${choice}`)].join("\n");
};

const todo: Reader = ({ summary, due_time: due }, type) => {
  const { title, content } = isFields(summary) ? summary : {};
  const paragraphs = listIn(content).flatMap((paragraph) => {
    const words = listIn(paragraph).map((element) => (isFields(element) ? stringIn(element.text) : ""));
    return words.join("") || [];
  });
  const head = labelled(type, stringIn(title), timeOf(due) && `(${timeOf(due)})`);
  return title ? [head, ...paragraphs].join("\n") : labelled(type, ...paragraphs, timeOf(due));
};

const shared: Reader = (fields, type) =>
  labelled(type, firstOf(fields.name, fields.chat_name, fields.user_name), firstOf(fields.chat_id, fields.user_id));

/** A sentence with gaps, and what fills them. */
const system: Reader = (fields, type) => {
  const text = stringIn(fields.template)
    .replace(/\{(\w{1,50})\}/g, (gap, name: string) => {
      const value = Object.hasOwn(fields, name) ? fields[name] : undefined;
      if (Array.isArray(value)) return value.map(firstOf).filter(Boolean).join(", ");
      return isFields(value) ? firstOf(value.text, value.content) : value === undefined ? gap : firstOf(value);
    })
    .trim();
  const divider = isFields(fields.divider_text) ? firstOf(fields.divider_text.text) : "";
  return text && text !== "divider" ? text : divider || labelled(type);
};

const topical: Reader = ({ topic, text, start_time: start }, type) =>
  labelled(type, firstOf(topic, text), timeOf(start));

const OTHERS = new Map<string, Reader>([
  ...["image", "file", "folder", "audio", "media", "video", "sticker"].map((type): [string, Reader] => [type, file]),
  // What was forwarded has to be asked for.
  ["merge_forward", (_, type) => labelled(type)],
  ["location", location],
  ["share_chat", shared],
  ["share_user", shared],
  ["system", system],
  ["vote", vote],
  ["todo", todo],
  ...["calendar", "general_calendar", "share_calendar_event"].map((type): [string, Reader] => [type, calendar]),
  ["hongbao", topical],
  ["video_chat", topical],
]);

/** Of a type that Feishu invents one day: what words there are in it, and else what it is called. */
function unsupported(fields: Fields, type: string): string {
  const words = firstOf(fields.text, fields.title, fields.content, fields.summary, fields.topic);
  return words || labelled("unsupported", type.replace(/[^\w.-]/g, "").slice(0, 50) || "?");
}
