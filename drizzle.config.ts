import { defineConfig } from "drizzle-kit";

export default defineConfig({
  dialect: "postgresql",
  schema: [
    "./lib/db/schema.ts",
    "./lib/db/alert-tables.ts",
    "./lib/db/registration-table.ts",
    "./lib/db/belonging-tables.ts",
    "./lib/db/count-tables.ts",
    "./lib/db/sandbox-table.ts",
    "./lib/db/auth-tables.ts",
    "./lib/db/answer-call-table.ts",
  ],
  out: "./drizzle",
});
