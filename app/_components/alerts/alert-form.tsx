"use client";
import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { type FormEvent, useState } from "react";
import type { BotChoice } from "@/app/_components/alerts/alert-list";
import { Button } from "@/app/_components/parts/button";
import { Choice, TextField, Tick } from "@/app/_components/parts/field";
import { FormFailure } from "@/app/_components/parts/form-failure";
import { Modal } from "@/app/_components/parts/modal";
import { Notice } from "@/app/_components/parts/notice";
import { SecretField } from "@/app/_components/parts/secret-field";
import { call } from "@/app/_components/requests/call";
import { useRequest } from "@/app/_components/requests/use-request";
import type { AlertRule, Channel } from "@/lib/alerts/schemas";
import type { Locale } from "@/lib/text/translate";

const FIELDS = ["name", "botId", "target", "secret", "conditions.silentMinutes"];
const USUAL_MINUTES = 10;
/** Each in its own words. */
const LANGUAGES = [
  { value: "en", text: "English" },
  { value: "zh-CN", text: "简体中文" },
];

type AlertFormProps = {
  rule: AlertRule | "new";
  bots: BotChoice[];
  hasMail: boolean;
  locale: Locale;
  onClose: () => void;
};

/** Adds an alert or changes one; by which way it tells is chosen once. */
export function AlertForm({ rule, bots, hasMail, locale, onClose }: AlertFormProps) {
  const t = useTranslations("ui.alerts");
  const router = useRouter();
  const { pending, failure, run } = useRequest();
  const known = rule === "new" ? null : rule;
  const [channel, setChannel] = useState<Channel>(known?.channel ?? "feishu");

  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    void run(async () => {
      if (known) await call("PATCH", `/api/alerts/${known.id}`, changeOf(form));
      else await call("POST", "/api/alerts", { ...changeOf(form), channel });
      onClose();
      router.refresh();
    });
  };
  const errors = failure?.fields ?? {};
  return (
    <Modal open onClose={onClose} title={known ? t("editThing", { name: known.name }) : t("add")}>
      <form onSubmit={submit} className="grid gap-4" noValidate>
        <TextField
          name="name"
          label={t("name")}
          hint={t("nameHint")}
          defaultValue={known?.name}
          error={errors.name}
          maxLength={100}
          autoComplete="off"
        />
        <Choice
          name="botId"
          label={t("bots")}
          hint={t("allHint")}
          defaultValue={known?.bot?.id ?? ""}
          error={errors.botId}
          options={[{ value: "", text: t("allBots") }, ...bots.map(({ id, name }) => ({ value: id, text: name }))]}
        />
        {!known && (
          <Choice
            label={t("channel")}
            value={channel}
            onChange={(event) => setChannel(event.target.value as Channel)}
            options={(["feishu", "webhook", "email"] as const).map((value) => ({
              value,
              text: t(`channels.${value}`),
            }))}
          />
        )}
        {channel === "email" && !hasMail && <Notice tone="warn">{t("noMail")}</Notice>}
        <WayFields key={channel} channel={channel} known={known} errors={errors} />
        <ConditionFields known={known} errors={errors} />
        <Choice name="locale" label={t("language")} defaultValue={known?.locale ?? locale} options={LANGUAGES} />
        <FormFailure of={failure} fields={FIELDS} />
        <Button type="submit" look="primary" className="justify-self-end" busy={pending}>
          {t(known ? "save" : "add")}
        </Button>
      </form>
    </Modal>
  );
}

type PartProps = { known: AlertRule | null; errors: Record<string, string> };

function WayFields({ channel, known, errors }: PartProps & { channel: Channel }) {
  const t = useTranslations("ui.alerts");
  return (
    <>
      {channel === "email" ? (
        <TextField
          name="target"
          label={t("target.email")}
          hint={t("targetHint.email")}
          defaultValue={known?.target}
          error={errors.target}
          placeholder="on-call@example.com"
          autoComplete="off"
          inputMode="email"
        />
      ) : (
        <SecretField
          name="target"
          label={t(`target.${channel}`)}
          hint={t(`targetHint.${channel}`)}
          isSet={known !== null}
          error={errors.target}
        />
      )}
      {channel !== "email" && (
        <SecretField
          name="secret"
          label={t(`secret.${channel}`)}
          hint={t(`secretHint.${channel}`)}
          isSet={known?.hasSecret ?? false}
          error={errors.secret}
          removable
        />
      )}
    </>
  );
}

function ConditionFields({ known, errors }: PartProps) {
  const t = useTranslations("ui.alerts");
  const conditions = known?.conditions;
  const [silent, setSilent] = useState((conditions?.silentMinutes ?? null) !== null);
  return (
    <fieldset className="grid gap-3">
      <legend className="mb-2 text-table font-medium">{t("tells")}</legend>
      <Tick name="error" label={t("error")} hint={t("errorHint")} defaultChecked={conditions?.error ?? true} />
      <Tick
        label={t("silent")}
        hint={t("silentHint")}
        checked={silent}
        onChange={(event) => setSilent(event.target.checked)}
      />
      {silent && (
        <div className="pl-7">
          <TextField
            name="silentMinutes"
            type="number"
            min={1}
            max={10_080}
            label={t("minutes")}
            defaultValue={conditions?.silentMinutes ?? USUAL_MINUTES}
            error={errors["conditions.silentMinutes"]}
          />
        </div>
      )}
      <Tick
        name="failedMessages"
        label={t("failedMessages")}
        hint={t("failedHint")}
        defaultChecked={conditions?.failedMessages ?? true}
      />
      <Tick
        name="recovered"
        label={t("recovered")}
        hint={t("recoveredHint")}
        defaultChecked={conditions?.recovered ?? true}
      />
    </fieldset>
  );
}

function changeOf(form: FormData): object {
  const minutes = form.get("silentMinutes");
  return {
    name: String(form.get("name")),
    botId: String(form.get("botId")) || null,
    locale: String(form.get("locale")),
    conditions: {
      error: form.get("error") === "on",
      silentMinutes: minutes === null ? null : Number(minutes),
      failedMessages: form.get("failedMessages") === "on",
      recovered: form.get("recovered") === "on",
    },
    ...(form.has("target") ? { target: String(form.get("target")) } : {}),
    ...(form.has("secret") ? { secret: String(form.get("secret")) } : {}),
  };
}
