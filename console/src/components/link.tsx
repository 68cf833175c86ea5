/** A router link that looks like a Fluent link. */
import { Link as FluentLink } from '@fluentui/react-components'
import { createLink } from '@tanstack/react-router'

export const Link = createLink(FluentLink)
