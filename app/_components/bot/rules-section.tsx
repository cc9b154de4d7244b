"use client";
import { Plus } from "lucide-react";
import dynamic from "next/dynamic";
import { useTranslations } from "next-intl";
import { useState } from "react";
import type { KnownModel } from "@/app/_components/bot/ai-fields";
import { BotForm } from "@/app/_components/bot/bot-form";
import { draftsOf, moved, type RuleDraft, rulesOf, withNew } from "@/app/_components/bot/rule-drafts";
import { useFitting } from "@/app/_components/bot/use-fitting";
import { announce } from "@/app/_components/parts/announcer";
import { Button } from "@/app/_components/parts/button";
import { TextField } from "@/app/_components/parts/field";
import type { Bot } from "@/lib/bots/schemas";

const RuleEditor = dynamic(() => import("@/app/_components/bot/rule-editor").then((module) => module.RuleEditor));

/** What is answered without asking anybody: the first rule that fits decides. */
export function RulesSection({ bot, models }: { bot: Bot; models: KnownModel[] }) {
  const t = useTranslations("ui.replies.rules");
  const [rules, setRules] = useState(() => draftsOf(bot.behavior.rules));
  const [sample, setSample] = useState("");
  const [dragged, setDragged] = useState<number | null>(null);
  const fitting = useFitting(rules, sample);
  return (
    <BotForm
      bot={bot}
      id="rules"
      title={t("title")}
      text={t("text")}
      fields={rules.flatMap((_, index) => pathsOf(index))}
      change={() => ({ behavior: { rules: rulesOf(rules, t("notJson")) } })}
    >
      {(errors, _saves, touch) => {
        const put = (next: RuleDraft[]) => {
          setRules(next);
          touch();
        };
        const move = (from: number, to: number) => {
          if (to < 0 || to >= rules.length || from === to) return;
          put(moved(rules, from, to));
          announce(t("movedTo", { place: to + 1 }));
        };
        return (
          <>
            {rules.length > 0 && (
              <TextField
                label={t("sample")}
                hint={sampleHint()}
                value={sample}
                onChange={(event) => setSample(event.target.value)}
                autoComplete="off"
              />
            )}
            <ol className="grid gap-2" aria-label={t("title")}>
              {rules.map((rule, index) => (
                <RuleEditor
                  key={rule.key}
                  rule={rule}
                  place={index}
                  count={rules.length}
                  models={models}
                  errors={errorsOf(errors, index)}
                  fit={fitting === null ? null : fitting.has(rule.key) ? (isFirst(index) ? "first" : "also") : "not"}
                  isDragged={dragged === index}
                  onChange={(more) => put(rules.with(index, { ...rule, ...more }))}
                  onMove={(to) => move(index, to)}
                  onRemove={() => put(rules.toSpliced(index, 1))}
                  onDragStart={() => setDragged(index)}
                  onDragEnd={() => setDragged(null)}
                  onDragOver={() => {
                    if (dragged === null || dragged === index) return;
                    put(moved(rules, dragged, index));
                    setDragged(index);
                  }}
                />
              ))}
            </ol>
            <Button size="small" className="justify-self-start" onClick={() => put(withNew(rules))}>
              <Plus className="size-3.5" aria-hidden="true" />
              {t("add")}
            </Button>
          </>
        );
      }}
    </BotForm>
  );

  function isFirst(index: number): boolean {
    return rules.findIndex(({ key }) => fitting?.has(key)) === index;
  }

  function sampleHint(): string {
    if (!fitting) return t("sampleHint");
    const first = rules.findIndex(({ key }) => fitting.has(key));
    return first === -1 ? t("noneFits") : t("fits", { place: first + 1 });
  }
}

const pathsOf = (index: number) =>
  ["match", "pattern", "action", "action.text", "action.card", "action.reply.modelId", "action.reply.url"].map(
    (name) => `behavior.rules.${index}.${name}`,
  );

/** Those of one rule, by the rest of their path. */
function errorsOf(errors: Record<string, string>, index: number): Record<string, string> {
  const prefix = `behavior.rules.${index}.`;
  return Object.fromEntries(
    Object.entries(errors).flatMap(([path, message]) =>
      path.startsWith(prefix) ? [[path.slice(prefix.length), message]] : [],
    ),
  );
}
