"use client";
import { useTranslations } from "next-intl";
import type { FormEvent } from "react";
import { Button } from "@/app/_components/parts/button";
import { Failure } from "@/app/_components/parts/failure";
import { TextField } from "@/app/_components/parts/field";
import { RequestFailure } from "@/app/_components/requests/call";
import { useRequest } from "@/app/_components/requests/use-request";
import { signIn } from "@/app/_components/shell/session";

export function SignInForm({ next }: { next: string }) {
  const t = useTranslations("ui.signIn");
  const { pending, failure, run } = useRequest();
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    void run(async () => {
      await signInOrFail(String(form.get("email")), String(form.get("password")), t("wrong"));
      window.location.assign(next);
      // The page is being left: the button stays busy until it is.
      await new Promise(() => undefined);
    });
  };
  return (
    <form onSubmit={submit} className="mt-4 grid gap-4">
      <TextField name="email" type="email" label={t("email")} required autoComplete="username" autoFocus />
      <TextField name="password" type="password" label={t("password")} required autoComplete="current-password" />
      <Failure of={failure} />
      <Button type="submit" look="primary" className="w-full" busy={pending}>
        {t("submit")}
      </Button>
    </form>
  );
}

/** Throws a `RequestFailure` in words; next-auth answers a wrong password with 401 and none. */
export async function signInOrFail(email: string, password: string, wrong: string): Promise<void> {
  const response = await signIn(email, password).catch(() => {
    throw new RequestFailure(0);
  });
  if (response.ok) return;
  if (response.status === 401) throw new RequestFailure(401, { detail: wrong });
  throw new RequestFailure(response.status, await response.json().catch(() => ({})));
}
