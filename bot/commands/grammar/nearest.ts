import { distance } from 'fastest-levenshtein'

/** The `count` candidates that are most like what was typed, best first. What begins with it or contains it goes before what only looks alike. */
export function nearest<Candidate>(
  typed: string,
  candidates: readonly Candidate[],
  nameOf: (candidate: Candidate) => string,
  count = 3,
): Candidate[] {
  const wanted = typed.trim().toLowerCase()
  return candidates
    .map((candidate, index) => ({ candidate, index, far: howFar(wanted, nameOf(candidate).toLowerCase()) }))
    .filter(({ far }) => far <= Math.max(3, wanted.length))
    .sort((a, b) => a.far - b.far || a.index - b.index)
    .slice(0, count)
    .map(({ candidate }) => candidate)
}

/** How unlike a name is to what was typed, both in lower case: 0 when it begins with it, else about the number of wrong letters. */
export function howFar(wanted: string, name: string): number {
  if (name.startsWith(wanted)) return 0
  if (name.includes(wanted)) return 0.5
  return distance(wanted, name)
}
