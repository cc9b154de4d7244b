// Turns "there is no such thing" into the page that says so.
import { notFound } from "next/navigation";
import { AppError } from "@/lib/errors";

export async function found<T>(reading: Promise<T>): Promise<T> {
  try {
    return await reading;
  } catch (error) {
    if (error instanceof AppError && error.code === "not_found") notFound();
    throw error;
  }
}
