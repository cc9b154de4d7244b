"use client";
import { createContext, type ReactNode, useContext, useMemo, useState } from "react";
import type { CardAction } from "@/app/_components/chat/card-reading";

type Scope = {
  /** Absent where a card can only be looked at. */
  press?: ((action: CardAction) => Promise<void>) | undefined;
  /** While an answer is awaited nothing else can be pressed. */
  isBusy: boolean;
};

const CardScope = createContext<Scope>({ isBusy: false });

type CardPressProps = { onPress?: ((action: CardAction) => Promise<void>) | undefined; children: ReactNode };

export function CardPress({ onPress, children }: CardPressProps) {
  const [isBusy, setBusy] = useState(false);
  const scope = useMemo<Scope>(() => {
    const press = async (action: CardAction) => {
      setBusy(true);
      await onPress?.(action).finally(() => setBusy(false));
    };
    return { press: onPress && press, isBusy };
  }, [onPress, isBusy]);
  return <CardScope value={scope}>{children}</CardScope>;
}

export const useCardScope = (): Scope => useContext(CardScope);

type Form = { values: Record<string, unknown>; set(name: string, value: unknown): void; reset(): void };

const FormScope = createContext<Form | null>(null);

/** What is entered into a form stays here until its button sends all of it. */
export function CardFormScope({ children }: { children: (form: Form, round: number) => ReactNode }) {
  const [values, setValues] = useState<Record<string, unknown>>({});
  const [round, setRound] = useState(0);
  const form = useMemo<Form>(
    () => ({
      values,
      set: (name, value) => setValues((before) => ({ ...before, [name]: value })),
      reset: () => {
        setValues({});
        setRound((before) => before + 1);
      },
    }),
    [values],
  );
  return <FormScope value={form}>{children(form, round)}</FormScope>;
}

export const useCardForm = (): Form | null => useContext(FormScope);
