// Turns what happens in the simulated cloud into what one viewer's event stream says about one bot's room.
import type { EventStream } from "@/app/api/_http/event-stream";
import type { SandboxCloud } from "@/lib/sandbox/cloud";
import type { Room } from "@/lib/sandbox/room";
import type { RoomHead } from "@/lib/sandbox/room-shapes";

const GATHER_MS = 60; // a card that streams changes faster than anybody reads
const HEAD_MS = 200;
const RECHECK_MS = 30_000; // whoever has lost their rights watches no longer than that

type FeedOptions = {
  cloud: SandboxCloud;
  room: Room;
  appId: string;
  botName: string;
  head(): Promise<RoomHead>;
  stream: EventStream;
  /** Throws when the caller may not see the bot any more. */
  recheck(): Promise<unknown>;
};

/** The whole room first, then each message as it comes or changes, and the rest when it is different. */
export async function feedRoom(options: FeedOptions): Promise<void> {
  const { cloud, room, appId, botName, stream, recheck } = options;
  const atFirst = await options.head();
  const messageIds = new Set<string>();
  let lastHead = "";
  const sendMessages = () => {
    for (const id of messageIds) {
      const message = cloud.message(id);
      if (message) stream.send("message", room.show(message));
    }
    messageIds.clear();
  };
  const sendHead = async () => {
    const head = await options.head();
    const text = JSON.stringify(head);
    if (text !== lastHead) stream.send("room", head);
    lastHead = text;
  };
  const messages = gather(GATHER_MS, sendMessages);
  const head = gather(HEAD_MS, () => void sendHead().catch(() => stream.end()));
  const onMessage = ({ chatId, messageId }: { chatId: string; messageId: string }) => {
    if (!room.has(chatId)) return;
    messageIds.add(messageId);
    messages.schedule();
    head.schedule();
  };
  const onOwn = (news: { appId?: string }) => {
    if (news.appId === appId) head.schedule();
  };
  const unsubscribers = [
    cloud.on("message", onMessage),
    cloud.on("change", onMessage),
    ...(["room", "push", "ack", "connection", "call"] as const).map((name) => cloud.on(name, onOwn)),
  ];
  const timer = setInterval(() => recheck().catch(() => stream.end()), RECHECK_MS);
  const leave = () => {
    clearInterval(timer);
    messages.stop();
    head.stop();
    for (const unsubscribe of unsubscribers) unsubscribe();
  };
  if (stream.ended.aborted) {
    leave();
    return;
  }
  stream.ended.addEventListener("abort", leave, { once: true });
  stream.send("all", { ...atFirst, chats: room.chats(botName) });
}

/** Runs once for all that was scheduled in a while. */
function gather(ms: number, run: () => void): { schedule(): void; stop(): void } {
  let timer: NodeJS.Timeout | undefined;
  return {
    schedule() {
      timer ??= setTimeout(() => {
        timer = undefined;
        run();
      }, ms);
    },
    stop: () => clearTimeout(timer),
  };
}
