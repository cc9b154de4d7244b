"use client";
import { useFormatter } from "next-intl";

/** A count that ends at `most`: 10,000+. */
export function useCapped(): (count: number, most: number) => string {
  const { number } = useFormatter();
  return (count, most) => `${number(count)}${count >= most ? "+" : ""}`;
}
