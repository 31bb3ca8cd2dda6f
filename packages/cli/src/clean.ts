export { clean } from '@capline/core'
