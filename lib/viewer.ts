// Who looks or acts: what a query is limited to and what the audit log names.

/** A person on whose behalf something is read or changed. A member sees what they own, an administrator everything. */
export type Viewer = {
  userId: string;
  name: string;
  isAdmin: boolean;
};
