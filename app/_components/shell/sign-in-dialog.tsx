"use client";
import { useTranslations } from "next-intl";
import type { FormEvent } from "react";
import { signInOrFail } from "@/app/_components/auth/sign-in-form";
import { Button } from "@/app/_components/parts/button";
import { Failure } from "@/app/_components/parts/failure";
import { TextField } from "@/app/_components/parts/field";
import { Modal } from "@/app/_components/parts/modal";
import type { SignInReason } from "@/app/_components/requests/session-end";
import { forgetUnsaved } from "@/app/_components/requests/unsaved";
import { useRequest } from "@/app/_components/requests/use-request";

type SignInDialogProps = { reason: SignInReason; userId: string; onSignedIn: () => void; onClose: () => void };

type Account = { id?: string; email?: string };

const readAccount = async (): Promise<Account> => (await (await fetch("/api/account")).json()) as Account;

/** `userId`: whose page it is. Somebody else who signs in gets a page of their own. */
export function SignInDialog({ reason, userId, onSignedIn, onClose }: SignInDialogProps) {
  const isConfirming = reason === "confirm";
  const t = useTranslations("ui.shell.signInAgain");
  const words = useTranslations(isConfirming ? "ui.shell.confirmPassword" : "ui.shell.signInAgain");
  const { pending, failure, run } = useRequest();
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const signedIn = await run(async () => {
      const email = isConfirming ? (await readAccount()).email : String(form.get("email"));
      await signInOrFail(email ?? "", String(form.get("password")), words("wrong"));
    });
    if (!signedIn) return;
    if ((await readAccount()).id === userId) return onSignedIn();
    forgetUnsaved();
    window.location.reload();
  };
  return (
    <Modal open onClose={onClose} title={words("title")}>
      <form onSubmit={submit} className="grid gap-4">
        <p className="text-table text-pretty text-ink-2">{words("text")}</p>
        {!isConfirming && (
          <TextField name="email" type="email" label={t("email")} required autoComplete="username" autoFocus />
        )}
        <TextField name="password" type="password" label={t("password")} required autoComplete="current-password" />
        <Failure of={failure} />
        <div className="flex justify-end">
          <Button type="submit" look="primary" busy={pending}>
            {words("submit")}
          </Button>
        </div>
      </form>
    </Modal>
  );
}
