"use client";
import dynamic from "next/dynamic";
import { useRouter } from "next/navigation";
import { useEffect, useState } from "react";
import { askInPlace, type SignInReason } from "@/app/_components/requests/session-end";

const SignInDialog = dynamic(
  () => import("@/app/_components/shell/sign-in-dialog").then((module) => module.SignInDialog),
  {
    ssr: false,
  },
);

/** Lets the person sign in again, or confirm their password, where they are: nothing that was typed is lost. */
export function SignInAgain({ userId }: { userId: string }) {
  const router = useRouter();
  const [asked, setAsked] = useState<{ reason: SignInReason; settle: (isSignedIn: boolean) => void } | null>(null);
  useEffect(() => askInPlace((reason) => new Promise((settle) => setAsked({ reason, settle }))), []);
  if (!asked) return null;
  const end = (isSignedIn: boolean) => {
    setAsked(null);
    asked.settle(isSignedIn);
    if (isSignedIn) router.refresh();
  };
  return <SignInDialog reason={asked.reason} userId={userId} onSignedIn={() => end(true)} onClose={() => end(false)} />;
}
