"use client";
import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { type FormEvent, useState } from "react";
import { Button } from "@/app/_components/parts/button";
import { CopyBox } from "@/app/_components/parts/copy";
import { Choice, TextField } from "@/app/_components/parts/field";
import { FormFailure } from "@/app/_components/parts/form-failure";
import { Modal } from "@/app/_components/parts/modal";
import { Notice } from "@/app/_components/parts/notice";
import { call } from "@/app/_components/requests/call";
import { useRequest } from "@/app/_components/requests/use-request";

const ACCESSES = ["full", "read"] as const;
const LIFETIMES = ["30", "90", "365", "never"] as const;
const A_DAY_MS = 24 * 60 * 60 * 1000;

type Created = { name: string; token: string };

/** Makes a token and shows it this once. */
export function NewToken({ open, onClose }: { open: boolean; onClose: () => void }) {
  const t = useTranslations("ui.tokens");
  const router = useRouter();
  const [created, setCreated] = useState<Created | null>(null);
  const { pending, failure, run } = useRequest();

  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const days = Number(form.get("lifetime"));
    void run(async () => {
      const token = await call<Created>("POST", "/api/tokens", {
        name: String(form.get("name")),
        access: form.get("access"),
        ...(days > 0 ? { expiresAt: new Date(Date.now() + days * A_DAY_MS).toISOString() } : {}),
      });
      setCreated(token);
      router.refresh();
    });
  };
  const close = () => {
    setCreated(null);
    onClose();
  };

  return (
    <Modal
      open={open}
      onClose={close}
      title={created ? t("createdTitle", { name: created.name }) : t("create")}
      isSaved={created !== null}
    >
      {created ? (
        <div className="grid gap-4">
          <Notice tone="warn">{t("shownOnce")}</Notice>
          <CopyBox value={created.token} label={t("token")} autoFocus />
          <Button look="primary" className="justify-self-end" onClick={close}>
            {t("done")}
          </Button>
        </div>
      ) : (
        <form onSubmit={submit} className="grid gap-4" noValidate>
          <TextField
            name="name"
            label={t("name")}
            hint={t("nameHint")}
            error={failure?.fields.name}
            maxLength={100}
            autoComplete="off"
          />
          <Choice
            name="access"
            label={t("access")}
            hint={t("accessHint")}
            defaultValue="full"
            error={failure?.fields.access}
            options={ACCESSES.map((value) => ({ value, text: t(`accesses.${value}`) }))}
          />
          <Choice
            name="lifetime"
            label={t("lifetime")}
            defaultValue="90"
            error={failure?.fields.expiresAt}
            options={LIFETIMES.map((value) => ({ value, text: t(`lifetimes.${value}`) }))}
          />
          <FormFailure of={failure} fields={["name", "access", "expiresAt"]} />
          <Button type="submit" look="primary" className="justify-self-end" busy={pending}>
            {t("create")}
          </Button>
        </form>
      )}
    </Modal>
  );
}
