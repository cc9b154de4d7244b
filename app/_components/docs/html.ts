// Writes HTML: what is filled in is escaped, unless it is HTML itself.

export class Html {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

type Part = Html | string | undefined | false | readonly Part[];

// For texts and for attributes in double quotation marks.
const ESCAPES: Record<string, string> = { "&": "&amp;", "<": "&lt;", '"': "&quot;" };

export const escapeHtml = (text: string): string => text.replace(/[&<"]/g, (sign) => ESCAPES[sign] ?? sign);

export function html(pieces: TemplateStringsArray, ...parts: Part[]): Html {
  return new Html(pieces.map((piece, index) => piece + written(parts[index])).join(""));
}

function written(part: Part): string {
  if (part instanceof Html) return part.text;
  if (typeof part === "string") return escapeHtml(part);
  return part ? part.map(written).join("") : "";
}
