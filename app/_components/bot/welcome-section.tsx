"use client";
import { Plus, X } from "lucide-react";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { BotForm } from "@/app/_components/bot/bot-form";
import { Button } from "@/app/_components/parts/button";
import { TextArea, TextField } from "@/app/_components/parts/field";
import type { Bot } from "@/lib/bots/schemas";

type Entry = { key: number; eventKey: string; text: string };

const textOf = (form: FormData, name: string) => String(form.get(name) ?? "").trim() || null;

/** What the bot says by itself, and what the entries of its menu stand for. */
export function WelcomeSection({ bot }: { bot: Bot }) {
  const t = useTranslations("ui.replies.welcome");
  const { welcome, menu } = bot.behavior;
  const [entries, setEntries] = useState<Entry[]>(() => menu.map((entry, key) => ({ key, ...entry })));
  const set = (key: number, more: Partial<Entry>) =>
    setEntries((before) => before.map((entry) => (entry.key === key ? { ...entry, ...more } : entry)));
  const fields = entries.flatMap((_, index) => ["eventKey", "text"].map((name) => `behavior.menu.${index}.${name}`));
  return (
    <BotForm
      bot={bot}
      id="welcome"
      title={t("title")}
      text={t("text")}
      fields={[...fields, "behavior.welcome.direct", "behavior.welcome.group"]}
      change={(form) => ({
        behavior: {
          welcome: { direct: textOf(form, "direct"), group: textOf(form, "group") },
          menu: entries.map(({ eventKey, text }) => ({ eventKey, text })),
        },
      })}
    >
      {(errors, _saves, touch) => (
        <>
          <TextArea
            name="direct"
            rows={2}
            label={t("direct")}
            hint={t("directHint")}
            defaultValue={welcome.direct ?? ""}
            error={errors["behavior.welcome.direct"]}
          />
          <TextArea
            name="group"
            rows={2}
            label={t("group")}
            hint={t("groupHint")}
            defaultValue={welcome.group ?? ""}
            error={errors["behavior.welcome.group"]}
          />
          <div className="grid gap-2">
            <h3 className="text-table font-medium">{t("menu")}</h3>
            <p className="text-small text-pretty text-ink-3">{t("menuHint")}</p>
            {entries.map((entry, index) => (
              <div key={entry.key} className="grid grid-cols-[minmax(0,1fr)_minmax(0,1.4fr)_auto] items-start gap-2">
                <TextField
                  mono
                  label={t("eventKey")}
                  value={entry.eventKey}
                  onChange={(event) => set(entry.key, { eventKey: event.target.value })}
                  error={errors[`behavior.menu.${index}.eventKey`]}
                />
                <TextField
                  label={t("standsFor")}
                  value={entry.text}
                  onChange={(event) => set(entry.key, { text: event.target.value })}
                  error={errors[`behavior.menu.${index}.text`]}
                />
                <Button
                  look="quiet"
                  className="mt-6 px-2!"
                  aria-label={t("removeEntry", { name: entry.eventKey || String(index + 1) })}
                  onClick={() => {
                    setEntries((before) => before.filter(({ key }) => key !== entry.key));
                    touch();
                  }}
                >
                  <X className="size-4" aria-hidden="true" />
                </Button>
              </div>
            ))}
            <Button
              size="small"
              className="justify-self-start"
              onClick={() => {
                const key = Math.max(0, ...entries.map((entry) => entry.key)) + 1;
                setEntries((before) => [...before, { key, eventKey: "", text: "" }]);
                touch();
              }}
            >
              <Plus className="size-3.5" aria-hidden="true" />
              {t("addEntry")}
            </Button>
          </div>
        </>
      )}
    </BotForm>
  );
}
