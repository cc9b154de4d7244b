"use client";
import { useTranslations } from "next-intl";
import type { FormEvent } from "react";
import { signInOrFail } from "@/app/_components/auth/sign-in-form";
import { Button } from "@/app/_components/parts/button";
import { TextField } from "@/app/_components/parts/field";
import { FormFailure } from "@/app/_components/parts/form-failure";
import { call } from "@/app/_components/requests/call";
import { useRequest } from "@/app/_components/requests/use-request";

const FIELDS = ["name", "email", "password"];

/** Makes the first administrator and signs them in. */
export function SetUpForm({ token }: { token: string }) {
  const t = useTranslations("ui.setUp");
  const { pending, failure, run } = useRequest();
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const [name, email, password] = FIELDS.map((field) => String(form.get(field)));
    void run(async () => {
      await call("POST", "/api/setup", { token, name, email, password });
      await signInOrFail(email ?? "", password ?? "", "");
      window.location.assign("/");
      // The page is being left: the button stays busy until it is.
      await new Promise(() => undefined);
    });
  };
  return (
    <form onSubmit={submit} className="mt-4 grid gap-4" noValidate>
      <TextField name="name" label={t("name")} error={failure?.fields.name} autoComplete="name" autoFocus />
      <TextField name="email" type="email" label={t("email")} error={failure?.fields.email} autoComplete="username" />
      <TextField
        name="password"
        type="password"
        label={t("password")}
        hint={t("passwordHint")}
        error={failure?.fields.password}
        autoComplete="new-password"
      />
      <FormFailure of={failure} fields={FIELDS} />
      <Button type="submit" look="primary" className="w-full" busy={pending}>
        {t("submit")}
      </Button>
    </form>
  );
}
