// Columns that many tables have.
import { sql } from "drizzle-orm";
import { customType } from "drizzle-orm/pg-core";

// timestamptz with milliseconds, the same Date on both drivers.
export const instant = customType<{ data: Date; driverData: string | Date }>({
  dataType: () => "timestamp (3) with time zone",
  fromDriver: (value) => (value instanceof Date ? value : new Date(value)),
  toDriver: (value) => value.toISOString(),
});

export const now = sql`now()`;
