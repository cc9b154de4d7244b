// Reads the people who may sign in.
import { and, asc, eq, gt, or, sql } from "drizzle-orm";
import type { User } from "@/lib/auth/schemas";
import type { Database, Transaction } from "@/lib/db/client";
import { decodeCursor, type Page, type PageRequest, pageOf, timeCursor } from "@/lib/db/page";
import { type UserRow, users } from "@/lib/db/schema";
import { notFound } from "@/lib/errors";
import type { Viewer } from "@/lib/viewer";

export const showUser = (row: UserRow): User => ({
  id: row.id,
  email: row.email,
  name: row.name,
  role: row.role,
  createdAt: row.createdAt.toISOString(),
  updatedAt: row.updatedAt.toISOString(),
});

export const viewerOf = (row: UserRow): Viewer => ({
  userId: row.id,
  name: row.name,
  isAdmin: row.role === "admin",
});

export async function getUser(db: Database | Transaction, userId: string): Promise<UserRow | null> {
  const [row] = await db.select().from(users).where(eq(users.id, userId));
  return row ?? null;
}

export async function requireUser(db: Database | Transaction, userId: string): Promise<UserRow> {
  const row = await getUser(db, userId);
  if (!row) throw notFound("user");
  return row;
}

/** In any letter case. */
export async function getUserByEmail(db: Database, email: string): Promise<UserRow | null> {
  const [row] = await db
    .select()
    .from(users)
    .where(eq(sql`lower(${users.email})`, email.toLowerCase()));
  return row ?? null;
}

/** Oldest first. */
export async function listUsers(db: Database, request: PageRequest): Promise<Page<UserRow>> {
  const after = decodeCursor(request.cursor, timeCursor);
  const at = after && new Date(after[0]);
  const rows = await db
    .select()
    .from(users)
    .where(at && or(gt(users.createdAt, at), and(eq(users.createdAt, at), gt(users.id, after[1]))))
    .orderBy(asc(users.createdAt), asc(users.id))
    .limit(request.limit + 1);
  return pageOf(rows, request.limit, (row) => [row.createdAt.toISOString(), row.id]);
}

export async function hasUsers(db: Database | Transaction): Promise<boolean> {
  const rows = await db.select({ id: users.id }).from(users).limit(1);
  return rows.length > 0;
}

/** The administrator who has been here longest; null when there is none. */
export async function getFirstAdmin(db: Database | Transaction): Promise<UserRow | null> {
  const [row] = await db
    .select()
    .from(users)
    .where(eq(users.role, "admin"))
    .orderBy(asc(users.createdAt), asc(users.id))
    .limit(1);
  return row ?? null;
}
