// The link to a sandbox room: a stream that has died without a word is opened anew.
import { beforeEach, expect, onTestFinished, test, vi } from "vitest";
import { RoomLink, type RoomState } from "@/app/_components/sandbox/room-link";

/** The browser's: open, and silent unless something is told. */
class Source extends EventTarget {
  static all: Source[] = [];
  isClosed = false;
  constructor(readonly url: string) {
    super();
    Source.all.push(this);
  }
  tell(name: string, value: unknown = {}): void {
    this.dispatchEvent(new MessageEvent(name, { data: JSON.stringify(value) }));
  }
  close(): void {
    this.isClosed = true;
  }
}

const room = (...texts: string[]) => ({
  name: "Bot",
  chats: [
    { chatId: "oc_1", messages: texts.map((text, index) => ({ chatId: "oc_1", messageId: `om_${index}`, text })) },
  ],
});

let state: RoomState;

beforeEach(() => {
  Source.all = [];
  state = { head: null, messages: new Map(), failure: null };
  vi.useFakeTimers();
  vi.stubGlobal("EventSource", Source);
  vi.stubGlobal("document", new EventTarget());
  vi.stubGlobal("fetch", async () => Response.json(room("read anew")));
  onTestFinished(() => {
    vi.useRealTimers();
    vi.unstubAllGlobals();
  });
  const link = new RoomLink("bot", (change) => {
    state = change(state);
  });
  onTestFinished(link.start());
});

const textsOf = ({ messages }: RoomState) => messages.get("oc_1")?.map(({ text }) => text);

test("a stream that falls silent is opened anew, and the room is read meanwhile", async () => {
  const [first] = Source.all;
  expect(first?.url).toContain("alive=true");
  first?.tell("all", room("hello"));
  expect(textsOf(state)).toEqual(["hello"]);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(first?.isClosed).toBe(true);
  expect(Source.all.length).toBeGreaterThan(1);
  expect(textsOf(state)).toEqual(["read anew"]);
});

test("signs of life keep it, however little is said", async () => {
  for (let minute = 0; minute < 10; minute += 1) {
    Source.all[0]?.tell("alive");
    await vi.advanceTimersByTimeAsync(15_000);
  }
  expect(Source.all).toHaveLength(1);
  expect(Source.all[0]?.isClosed).toBe(false);
});

test("what the new stream tells is not undone by what was read before", async () => {
  let answer: (response: Response) => void = () => undefined;
  vi.stubGlobal("fetch", () => new Promise<Response>((resolve) => (answer = resolve)));
  await vi.advanceTimersByTimeAsync(41_000);
  Source.all.at(-1)?.tell("all", room("of the stream"));
  answer(Response.json(room("older")));
  await vi.advanceTimersByTimeAsync(0);
  expect(textsOf(state)).toEqual(["of the stream"]);
});
