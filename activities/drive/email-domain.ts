/** The domain of a person's address, as it is kept beside a drive that an administrator's view has shown. */
export function domainOf(email: string | null | undefined): string | undefined {
  return email?.split('@')[1]?.toLowerCase()
}
