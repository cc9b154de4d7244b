"use client";
import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import type { FormEvent } from "react";
import { Button } from "@/app/_components/parts/button";
import { Choice, TextField, Tick } from "@/app/_components/parts/field";
import { FormFailure } from "@/app/_components/parts/form-failure";
import { Modal } from "@/app/_components/parts/modal";
import { call } from "@/app/_components/requests/call";
import { useRequest } from "@/app/_components/requests/use-request";
import type { User } from "@/lib/auth/schemas";

const FIELDS = ["name", "email", "password", "role"];

type PersonFormProps = { person: User | "new" | null; viewerId: string; onClose: () => void };

/** Adds a person or changes one. One's own password is changed under Your account, with the current one. */
export function PersonForm({ person, viewerId, onClose }: PersonFormProps) {
  const t = useTranslations("ui.people");
  const router = useRouter();
  const { pending, failure, run } = useRequest();
  const known = person === "new" ? null : person;
  const isSelf = known?.id === viewerId;

  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const password = String(form.get("password") ?? "");
    const revokeTokens = form.get("revokeTokens") === "on";
    void run(async () => {
      const { name, email, role } = Object.fromEntries(form);
      const body = { name, email, role, ...(known && password === "" ? {} : { password }) };
      if (known) await call("PATCH", `/api/users/${known.id}`, { ...body, ...(revokeTokens && { revokeTokens }) });
      else await call("POST", "/api/users", body);
      onClose();
      router.refresh();
    });
  };

  return (
    <Modal open={person !== null} onClose={onClose} title={known ? t("editThing", { name: known.name }) : t("add")}>
      <form onSubmit={submit} className="grid gap-4" noValidate>
        <TextField
          name="name"
          label={t("name")}
          defaultValue={known?.name}
          error={failure?.fields.name}
          maxLength={100}
          autoComplete="off"
        />
        <TextField
          name="email"
          type="email"
          label={t("email")}
          defaultValue={known?.email}
          error={failure?.fields.email}
          autoComplete="off"
        />
        {!isSelf && (
          <TextField
            name="password"
            type="password"
            label={t(known ? "newPassword" : "password")}
            hint={t(known ? "newPasswordHint" : "passwordHint")}
            error={failure?.fields.password}
            autoComplete="new-password"
          />
        )}
        {known && !isSelf && <Tick name="revokeTokens" label={t("revokeTokens")} hint={t("revokeTokensHint")} />}
        <Choice
          name="role"
          label={t("role")}
          hint={t("roleHint")}
          defaultValue={known?.role ?? "member"}
          error={failure?.fields.role}
          options={(["member", "admin"] as const).map((value) => ({ value, text: t(`roles.${value}`) }))}
        />
        <FormFailure of={failure} fields={FIELDS} />
        <Button type="submit" look="primary" className="justify-self-end" busy={pending}>
          {t(known ? "save" : "add")}
        </Button>
      </form>
    </Modal>
  );
}
