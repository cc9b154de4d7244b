"use client";
import dynamic from "next/dynamic";
import { useRouter } from "next/navigation";
import { useEffect, useState } from "react";
import { askInPlace } from "@/app/_components/requests/session-end";

const SignInDialog = dynamic(
  () => import("@/app/_components/shell/sign-in-dialog").then((module) => module.SignInDialog),
  {
    ssr: false,
  },
);

/** Lets the person sign in again where they are when their session has ended: nothing that was typed is lost. */
export function SignInAgain({ userId }: { userId: string }) {
  const router = useRouter();
  const [settle, setSettle] = useState<((isSignedIn: boolean) => void) | null>(null);
  useEffect(() => askInPlace(() => new Promise((resolve) => setSettle(() => resolve))), []);
  if (!settle) return null;
  const end = (isSignedIn: boolean) => {
    setSettle(null);
    settle(isSignedIn);
    if (isSignedIn) router.refresh();
  };
  return <SignInDialog userId={userId} onSignedIn={() => end(true)} onClose={() => end(false)} />;
}
