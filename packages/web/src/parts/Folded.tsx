/** The knobs: in sight where there is room for them, folded away where the answers should come first. */
import { type ReactNode, useEffect, useState } from 'react'

/** Same width as in layout.css. */
const ROOM = '(min-width: 901px)'

export function Folded({ children }: { readonly children: ReactNode }) {
  const [isOpen, setOpen] = useState(() => matchMedia(ROOM).matches)
  useEffect(() => {
    const room = matchMedia(ROOM)
    const follow = () => setOpen(room.matches)
    room.addEventListener('change', follow)
    return () => room.removeEventListener('change', follow)
  }, [])
  return (
    <details className="folded" open={isOpen} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>Load, formats, kernel</summary>
      <div className="folded-body">{children}</div>
    </details>
  )
}
