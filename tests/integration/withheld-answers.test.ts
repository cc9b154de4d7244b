// Answers that Feishu does not take as they are: withheld they are said in no other way, a made-up image costs no card.
import { expect, test } from "vitest";
import type { Fault, FaultOn } from "@/lib/sandbox/faults";
import { describeOnOneDatabase } from "@/tests/support/databases";
import { isGrowing, modelScene, read } from "@/tests/support/model-scene";
import { waitFor } from "@/tests/support/wait-for";
import { REPLY } from "@/tests/support/work";

const CARD_TEXT = "*/cardkit/v1/cards/*/elements/answer/content";
const CARD_CHANGE = "*/cardkit/v1/cards/*";
const CARDS = "*/cardkit/v1/cards";

function gate() {
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open };
}

describeOnOneDatabase("an answer that Feishu refuses", (kind) => {
  test("is said in no other way where Feishu does not want it said; whoever asked hears an apology", async () => {
    const scene = await modelScene(kind);
    const { cloud, bot } = scene;
    await scene.startWorker();
    const places: Record<string, Partial<FaultOn<"api">>> = {
      "while it grows": { path: CARD_TEXT, code: 230022 },
      "at its end": { path: CARD_CHANGE, method: "PUT", code: 230028 },
      "in the list of chats": { path: `${CARD_CHANGE}/settings`, code: 230022 },
      "as it is made": {
        path: CARDS,
        code: 230099,
        msg: "Failed to create card content, ext=ErrCode: 230028; ErrMsg: dlp;",
      },
      "as it is sent": { path: REPLY, code: 230022, times: 1 },
    };
    const got: Record<string, unknown> = {};
    for (const [what, fault] of Object.entries(places)) {
      const { chatId } = cloud.directChat(bot.appId, what);
      cloud.faults.add({ on: "api", as: "error", appId: bot.appId, ...fault } as Fault);
      const rest = gate();
      scene.fake.next({ text: ["One", " two", rest.opened, " three."], pauseMs: 200 });
      const id = await scene.ask("hello", chatId);
      const isHit = () => cloud.faults.list()[0]?.hits !== 0;
      await waitFor(
        () => isHit() || (!fault.path?.endsWith("content") && scene.answersIn(chatId).some(isGrowing)),
        what,
      );
      rest.open();
      const { status, attempts, error } = await scene.finished(id);
      cloud.faults.clear();
      const texts = scene.answersIn(chatId).map((message) => read(message).text);
      got[what] = { status, attempts, code: error?.code, texts };
    }
    const apology = expect.stringContaining("Sorry");
    const wanted = { status: "failed", attempts: 1, code: "feishu.bad-content", texts: [apology] };
    expect(got).toEqual(Object.fromEntries(Object.keys(places).map((what) => [what, wanted])));
  });

  test("that does not grow is said in no plainer way either", async () => {
    const scene = await modelScene(kind, { reply: { stream: false } });
    const { cloud, bot } = scene;
    await scene.startWorker();
    cloud.faults.add({ on: "api", as: "error", appId: bot.appId, path: REPLY, code: 230028, times: 1 });
    scene.fake.next({ text: ["One two three."] });
    expect(await scene.finished(await scene.ask("hello"))).toMatchObject({ status: "failed", attempts: 1 });
    expect(scene.answersIn().map((message) => read(message).text)).toEqual([expect.stringContaining("Sorry")]);
  });

  test("stays in its post without the image that its model made up", async () => {
    const scene = await modelScene(kind, { reply: { stream: false } });
    const { cloud, bot } = scene;
    await scene.startWorker();
    cloud.faults.add({ on: "api", as: "error", appId: bot.appId, path: REPLY, code: 230001, times: 1 });
    scene.fake.next({ text: ["**Look:** ![a cat](img_v3_0001)"] });
    await scene.finished(await scene.ask("hello"));
    expect(scene.answersIn()).toMatchObject([{ messageType: "post", text: expect.stringContaining("[a cat]") }]);
  });

  test("stays in its card without the image that its model made up", async () => {
    const scene = await modelScene(kind);
    const { cloud, bot } = scene;
    await scene.startWorker();
    const fault = { on: "api", as: "error", appId: bot.appId, code: 230099, msg: "ErrCode: 200570; ErrMsg: no image" };
    const whole = "Look: ![a cat](img_v3_0001)\n\n| a | b |\n|---|---|\n| 1 | 2 |";
    const shown = whole.replace("![a cat](img_v3_0001)", "[a cat]");
    cloud.faults.add({ ...fault, path: CARDS, times: 1 } as Fault);
    scene.fake.next({ text: [whole] });
    expect(await scene.finished(await scene.ask("hello"))).toMatchObject({ status: "done", attempts: 1 });
    const rest = gate();
    scene.fake.next({ text: ["Look:", rest.opened, whole.slice(5)] });
    const id = await scene.ask("again");
    await waitFor(() => scene.answersIn().some((message) => read(message).text === "Look:"), "the card");
    cloud.faults.add({ ...fault, path: CARD_CHANGE, method: "PUT", times: 1 } as Fault);
    rest.open();
    expect(await scene.finished(id)).toMatchObject({ status: "done", attempts: 1 });
    expect(scene.answersIn().map((message) => read(message).text)).toEqual([shown, shown]);
  });
});
