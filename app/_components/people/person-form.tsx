"use client";
import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import type { FormEvent } from "react";
import { Button } from "@/app/_components/parts/button";
import { Choice, TextField } from "@/app/_components/parts/field";
import { FormFailure } from "@/app/_components/parts/form-failure";
import { Modal } from "@/app/_components/parts/modal";
import { call } from "@/app/_components/requests/call";
import { useRequest } from "@/app/_components/requests/use-request";
import type { User } from "@/lib/auth/schemas";

const FIELDS = ["name", "email", "password", "role"];

/** Adds a person or changes one. */
export function PersonForm({ person, onClose }: { person: User | "new" | null; onClose: () => void }) {
  const t = useTranslations("ui.people");
  const router = useRouter();
  const { pending, failure, run } = useRequest();
  const known = person === "new" ? null : person;

  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const password = String(form.get("password"));
    void run(async () => {
      const { name, email, role } = Object.fromEntries(form);
      const body = { name, email, role, ...(known && password === "" ? {} : { password }) };
      if (known) await call("PATCH", `/api/users/${known.id}`, body);
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
        <TextField
          name="password"
          type="password"
          label={t(known ? "newPassword" : "password")}
          hint={t(known ? "newPasswordHint" : "passwordHint")}
          error={failure?.fields.password}
          autoComplete="new-password"
        />
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
