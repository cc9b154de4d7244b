// What the API tells of a card: as Feishu renders it for those who cannot draw one, or as it was written.
import { parseJson } from "@/lib/json";
import { type CardNode, isNode } from "@/lib/sandbox/cards";
import type { Message } from "@/lib/sandbox/chats";
import { ApiError, INVALID_PARAM } from "@/lib/sandbox/openapi/api";
import type { SandboxState } from "@/lib/sandbox/state";

const PLACEHOLDER = { tag: "text", text: "请升级至最新版本客户端，以查看内容" };

/** How the call wants cards. */
export function cardForm(state: SandboxState, query: URLSearchParams): (message: Message) => string | undefined {
  const form = query.get("card_msg_content_type") ?? "";
  if (!["", "user_card_content", "raw_card_content"].includes(form)) {
    throw new ApiError(INVALID_PARAM, "card_msg_content_type is user_card_content or raw_card_content.");
  }
  return (message) => {
    if (message.messageType !== "interactive" || message.recalled) return undefined;
    const card = state.cards.shown(message.cardId) ?? parseJson(message.content);
    if (!isNode(card)) return undefined;
    const { user_dsl: written, ...rendered } = isRendered(card)
      ? card
      : { ...render(card), user_dsl: JSON.stringify(card) };
    if (form === "") return JSON.stringify(rendered);
    const { schema } = card;
    return form === "user_card_content"
      ? JSON.stringify({ ...rendered, ...(written === undefined ? {} : { user_dsl: written }) })
      : JSON.stringify({ json_card: written, json_attachment: "{}", card_schema: schema === "2.0" ? 2 : 1 });
  };
}

/** Its elements are paragraphs. */
const isRendered = ({ elements }: CardNode): boolean => Array.isArray(elements) && elements.some(Array.isArray);

/** Only simple elements of the first version are rendered; a newer client is needed for all others. */
function render(card: CardNode): CardNode {
  const header = isNode(card.header) ? card.header : {};
  const title = isNode(header.title) ? header.title.content : null;
  const elements = card.schema !== "2.0" && Array.isArray(card.elements) ? card.elements.map(paragraphOf) : undefined;
  return { title: title ?? null, elements: elements ?? [[PLACEHOLDER]] };
}

function paragraphOf(element: unknown): CardNode[] {
  if (!isNode(element)) return [PLACEHOLDER];
  const { tag, content, text, actions } = element;
  if (tag === "hr") return [{ tag: "hr" }];
  if (tag === "markdown") return [{ tag: "text", text: content }];
  if (tag === "div" && isNode(text)) return [{ tag: "text", text: text.content }];
  if (tag !== "action" || !Array.isArray(actions)) return [PLACEHOLDER];
  return actions
    .filter(isNode)
    .map((action) => ({ tag: action.tag, text: isNode(action.text) ? action.text.content : "" }));
}
