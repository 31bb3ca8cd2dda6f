/** Under or beside a number: both ends of its interval, in the style of the tiles. Nothing where there is none. */
export function Range({ of }: { readonly of: string | undefined }) {
  if (of === undefined) return undefined
  return (
    <>
      {' '}
      <span className="range">{of}</span>
    </>
  )
}
