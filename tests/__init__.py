"""Everything that shows Redress does what it promises."""
