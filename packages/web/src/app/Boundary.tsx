/**
 * Keeps a view that cannot be drawn from taking the page with it: its place says what went wrong, the rest stays, and the
 * view is tried again as soon as the page asks for something else.
 */
import { Component, type ReactNode } from 'react'

interface Props {
  /** What is drawn, in words: "view", "page". */
  readonly what: string
  /** What the drawing depends on; a change tries it again. */
  readonly of: unknown
  /** Leaves the state that cannot be drawn. */
  readonly leave: () => void
  readonly children: ReactNode
}

interface State {
  readonly error: Error | undefined
}

export class Boundary extends Component<Props, State> {
  override state: State = { error: undefined }

  static getDerivedStateFromError(thrown: unknown): State {
    return { error: thrown instanceof Error ? thrown : new Error(String(thrown)) }
  }

  override componentDidUpdate(before: Props): void {
    if (this.state.error && before.of !== this.props.of) this.setState({ error: undefined })
  }

  override render(): ReactNode {
    const { error } = this.state
    const { what, leave, children } = this.props
    if (!error) return children
    return (
      <div className="problem" role="alert">
        <p>
          <strong>This {what} could not be drawn.</strong> It is a fault of Capline, not of your question:{' '}
          {error.message}.
        </p>
        <button
          type="button"
          className="quiet"
          onClick={() => {
            leave()
            this.setState({ error: undefined })
          }}
        >
          Go back to its beginning
        </button>
      </div>
    )
  }
}
