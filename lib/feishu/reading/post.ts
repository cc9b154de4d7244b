// Reads rich text: the words of its elements, one paragraph a line.
import { type Fields, firstOf, isFields, listIn, stringIn } from "@/lib/feishu/reading/fields";
import type { Mentions } from "@/lib/feishu/reading/mentions";
import { fenced, mentionsIn } from "@/lib/feishu/reading/words";

// Not the SDK's reader: it writes Markdown into the text and misses mentions in posts, whose `user_id` is the mention's key.
export function readPost(post: Fields, mentions: Mentions): string {
  const { title, content } = bodyOf(post);
  const lines = typeof title === "string" && title !== "" ? [title] : [];
  for (const paragraph of listIn(content)) if (Array.isArray(paragraph)) lines.push(readParagraph(paragraph, mentions));
  return lines.join("\n");
}

/** In one of its languages. */
export function bodyOf(post: Fields): Fields {
  if (Array.isArray(post.content)) return post;
  const inside = isFields(post.post) ? post.post : post;
  return Object.values(inside).find((value): value is Fields => isFields(value) && Array.isArray(value.content)) ?? {};
}

function readParagraph(paragraph: unknown[], mentions: Mentions): string {
  let line = "";
  let isAfterBlock = false;
  for (const element of paragraph) {
    if (!isFields(element)) continue;
    const isBlock = element.tag === "code_block" || element.tag === "hr";
    // A block begins a line of its own, and so does what follows it.
    if ((isBlock || isAfterBlock) && line !== "" && !line.endsWith("\n")) line += "\n";
    line += readElement(element, mentions);
    isAfterBlock = isBlock;
  }
  return line;
}

function readElement(element: Fields, mentions: Mentions): string {
  const text = stringIn(element.text);
  switch (element.tag) {
    case "a": {
      const href = stringIn(element.href);
      return !href || href === text ? text || href : `${text} (${href})`;
    }
    case "at": {
      const { user_id: id, mention_key: key, user_name: name } = element;
      return mentions.keyFor({ key: stringIn(key), id: stringIn(id), name: stringIn(name) });
    }
    case "img":
      return "[image]";
    case "media":
      return "[media]";
    case "emotion":
      return element.emoji_type ? `[${stringIn(element.emoji_type)}]` : "";
    case "hr":
      return "---";
    case "code_block":
      return fenced(text, stringIn(element.language));
    case "md":
      return mentionsIn(text || stringIn(element.content), mentions);
    case "button": {
      const url = firstOf(element.url, element.href);
      return url ? `[${text}] (${url})` : `[${text}]`;
    }
    default:
      return text || stringIn(element.content);
  }
}
