/** The width of an element, followed as it changes. */
import { type RefCallback, useCallback, useRef, useState } from 'react'

export function useWidth(): [RefCallback<HTMLElement>, number] {
  const [width, setWidth] = useState(640)
  const observer = useRef<ResizeObserver | undefined>(undefined)
  const ref = useCallback((element: HTMLElement | null) => {
    observer.current?.disconnect()
    if (!element) return
    setWidth(Math.floor(element.clientWidth))
    observer.current = new ResizeObserver(([entry]) => {
      if (entry) setWidth(Math.floor(entry.contentRect.width))
    })
    observer.current.observe(element)
  }, [])
  return [ref, width]
}
