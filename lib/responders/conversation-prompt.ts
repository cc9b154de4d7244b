// A conversation as a model is shown it: what was said before and the question, each with what belongs to it.
import { eq } from "drizzle-orm";
import type { AiReply } from "@/lib/db/documents";
import { bots } from "@/lib/db/schema";
import type { AskedMessage } from "@/lib/models/ask";
import { getModelRow } from "@/lib/models/queries";
import { type Belonging, readBelongings, resourceTypeOf } from "@/lib/responders/belonging";
import type { Said } from "@/lib/responders/history";
import { blindTo, imageKeyOf, MOST_CHARACTERS, ownWords, promptOf, Room, type Seen } from "@/lib/responders/prompt";
import type { Question, ResponderParts } from "@/lib/responders/responder";

const MOST_IMAGES = 5;
const MOST_IMAGE_BYTES = 20 * 1024 * 1024;

export type ConversationPrompt = {
  /** Images are shown to those who see; `remembered` is how many messages of the history go along, the newest. */
  messagesFor(seesImages: boolean, signal: AbortSignal, remembered: number): Promise<AskedMessage[]>;
};

export async function openConversation(
  question: Question,
  own: Belonging[],
  history: Said[],
  parts: ResponderParts,
): Promise<ConversationPrompt> {
  const eventIds = history.flatMap(({ eventId }) => eventId ?? []);
  const earlier = await readBelongings(parts.db, eventIds);
  const isOwn = ({ messageId }: Belonging) => own.some((belonging) => belonging.messageId === messageId);
  // What the question itself quotes is not told twice.
  const of = ({ eventId }: Said) => (earlier.get(eventId ?? -1) ?? []).filter((belonging) => !isOwn(belonging));
  return {
    async messagesFor(seesImages, signal, remembered) {
      const told = history.slice(history.length - remembered);
      const newestFirst = [...own, ...told.toReversed().flatMap(of)];
      const seen = seesImages ? await look(question, newestFirst, parts, signal) : blindTo(own);
      const room = new Room(MOST_CHARACTERS);
      // The newest first: what does not fit any more is what was said long ago.
      const asked: AskedMessage = { role: "user", content: promptOf(ownWords(question), own, seen, room) };
      const before = told.toReversed().map((said): AskedMessage => {
        if (said.by === "bot") return { role: "assistant", content: said.text };
        return { role: "user", content: promptOf(said.text, of(said), seen, room) };
      });
      return [...before.toReversed(), asked];
    },
  };
}

/** The first of them, as many as a model is shown at once. */
async function look(
  question: Question,
  belongings: Belonging[],
  { db, pictures }: ResponderParts,
  signal: AbortSignal,
): Promise<Seen> {
  const seen: Seen = new Map();
  const images = belongings.filter(({ kind }) => kind === "image");
  if (images.length === 0 || !pictures) return seen;
  const [bot] = await db.select().from(bots).where(eq(bots.id, question.botId));
  if (!bot) return seen;
  let left = MOST_IMAGE_BYTES;
  for (const image of images.slice(0, MOST_IMAGES)) {
    const ref = { messageId: image.messageId, key: image.key ?? "", type: resourceTypeOf(image) };
    const picture = await pictures.of(bot, ref, signal);
    const fits = !("bytes" in picture) || picture.bytes.length <= left;
    if ("bytes" in picture && fits) left -= picture.bytes.length;
    seen.set(imageKeyOf(image), fits ? picture : { code: "reading.tooManyImages" });
  }
  for (const image of images.slice(MOST_IMAGES)) seen.set(imageKeyOf(image), { code: "reading.tooManyImages" });
  return seen;
}

/** Whether any of those that may answer sees images. */
export async function anySees(
  { modelId, fallbackModelId }: AiReply,
  { db }: Pick<ResponderParts, "db">,
): Promise<boolean> {
  const ids = [modelId, ...(fallbackModelId === undefined ? [] : [fallbackModelId])];
  const models = await Promise.all(ids.map((id) => getModelRow(db, id)));
  // Of a model that is gone the answer itself will tell.
  return models[0] === null || models.some((model) => model?.seesImages);
}
