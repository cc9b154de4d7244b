"use client";
import { useCallback, useState } from "react";
import { RequestFailure } from "@/app/_components/requests/call";

/** Runs one request at a time and keeps whether it runs and how it failed. */
export function useRequest() {
  const [pending, setPending] = useState(false);
  const [failure, setFailure] = useState<RequestFailure | null>(null);

  const run = useCallback(async (perform: () => Promise<void>): Promise<boolean> => {
    setPending(true);
    setFailure(null);
    try {
      await perform();
      return true;
    } catch (error) {
      if (!(error instanceof RequestFailure)) throw error;
      setFailure(error);
      return false;
    } finally {
      setPending(false);
    }
  }, []);

  return { pending, failure, run };
}
