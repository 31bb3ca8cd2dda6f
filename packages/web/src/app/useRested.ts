/** A value once it has not changed for a while: what costs time is asked when knobs rest. */
import { useEffect, useState } from 'react'

export function useRested<T>(value: T, afterMs: number): T | undefined {
  const [rested, setRested] = useState<T | undefined>(undefined)
  useEffect(() => {
    const timer = setTimeout(() => setRested(() => value), afterMs)
    return () => clearTimeout(timer)
  }, [value, afterMs])
  return rested
}
