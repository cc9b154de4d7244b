import { describe, expect, test } from "vitest";
import { DEFAULT_POLICY } from "@/lib/bots/schemas";
import type { Policy } from "@/lib/db/documents";
import { dependsOnMention, type Incoming, ignoreReason } from "@/lib/events/policy";
import { LOCALES, translate } from "@/lib/text/translate";

const direct: Incoming = {
  chatType: "p2p",
  chatId: "oc_direct",
  senderIds: ["ou_ann", "u_ann", "on_ann"],
  senderType: "user",
  mentionsBot: false,
  mentionsAll: false,
  ageSeconds: 1,
};
const group: Incoming = { ...direct, chatType: "group", chatId: "oc_group" };
const named = { ...group, mentionsBot: true };
const all = { ...group, mentionsAll: true };

type Case = [what: string, policy: Partial<Policy>, message: Incoming, reason: string | undefined];

const cases: Case[] = [
  ["a direct message, by default", {}, direct, undefined],
  ["a direct message, when they are off", { directMessages: "none" }, direct, "directMessagesOff"],
  ["a direct message of a stranger", { directMessages: "allowlist" }, direct, "senderNotAllowed"],
  ["a direct message of somebody listed", { directMessages: "allowlist", allowSenders: ["ou_ann"] }, direct, undefined],
  [
    "a direct message of somebody listed by user_id",
    { directMessages: "allowlist", allowSenders: ["u_ann"] },
    direct,
    undefined,
  ],
  [
    "a direct message of somebody listed by union_id",
    { directMessages: "allowlist", allowSenders: ["on_ann"] },
    direct,
    undefined,
  ],
  [
    "a direct message without a sender",
    { directMessages: "allowlist" },
    { ...direct, senderIds: [] },
    "senderNotAllowed",
  ],
  ["a group message without a mention", {}, group, "notMentioned"],
  ["a group message with one", {}, named, undefined],
  ["a mention of everybody", {}, all, "onlyMentionAll"],
  ["a mention of everybody, when wanted", { answerMentionAll: true }, all, undefined],
  ["a mention of everybody and the bot", {}, { ...all, mentionsBot: true }, undefined],
  ["any group message, when all are wanted", { groups: "all" }, group, undefined],
  ["a mention, when groups are off", { groups: "none" }, named, "groupsOff"],
  ["a mention in a group that is not listed", { groups: "allowlist" }, named, "chatNotAllowed"],
  ["a message in a listed group", { groups: "allowlist", allowChats: ["oc_group"] }, group, undefined],
  [
    "a listed sender in a group that is not",
    { groups: "allowlist", allowSenders: ["ou_ann"] },
    named,
    "chatNotAllowed",
  ],
  ["another bot's message", {}, { ...direct, senderType: "app" }, "fromBot"],
  ["another bot's mention in a group", { groups: "all" }, { ...named, senderType: "app" }, "fromBot"],
  ["a message without a sender type", {}, { ...direct, senderType: null }, undefined],
  ["a message exactly as old as allowed", { ignoreOlderThanSeconds: 60 }, { ...direct, ageSeconds: 60 }, undefined],
  ["a message older than allowed", { ignoreOlderThanSeconds: 60 }, { ...direct, ageSeconds: 60.1 }, "tooOld"],
  ["a message of yesterday, by default", {}, { ...direct, ageSeconds: 86_401 }, "tooOld"],
  ["a message of unknown age", { ignoreOlderThanSeconds: 0 }, { ...direct, ageSeconds: null }, undefined],
  ["a message from a clock that is ahead", { ignoreOlderThanSeconds: 0 }, { ...direct, ageSeconds: -5 }, undefined],
  ["a message of an unknown kind of chat", {}, { ...group, chatType: null }, "notMentioned"],
  [
    "a stranger in a chat that may be a direct one",
    { directMessages: "allowlist", groups: "all" },
    { ...group, chatType: null },
    "senderNotAllowed",
  ],
  [
    "a stranger in a group of topics",
    { directMessages: "allowlist", groups: "all" },
    { ...group, chatType: "topic_group" },
    undefined,
  ],
];

describe("the policy", () => {
  test.each(cases)("%s", (_what, policy, message, reason) => {
    expect(ignoreReason({ ...DEFAULT_POLICY, ...policy }, message)).toBe(reason);
  });

  test("asks who the bot is only where it matters", () => {
    expect(dependsOnMention(DEFAULT_POLICY, "group")).toBe(true);
    expect(dependsOnMention(DEFAULT_POLICY, "p2p")).toBe(false);
    expect(dependsOnMention({ ...DEFAULT_POLICY, groups: "all" }, "group")).toBe(false);
  });

  test("has a sentence for each reason in every language", () => {
    const reasons = new Set(cases.map(([, , , reason]) => reason).filter((reason) => reason !== undefined));
    const others = ["notMessage", "botDisabled", "storeOnly", "identityUnknown", "nothingToAnswer", "storeApp"];
    for (const locale of LOCALES) {
      for (const reason of [...reasons, ...others]) {
        expect(translate(locale, `reasons.event.${reason}`)).not.toBe(`reasons.event.${reason}`);
      }
    }
  });
});
