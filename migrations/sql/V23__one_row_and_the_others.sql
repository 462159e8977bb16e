-- One row never keeps the others waiting.

-- When the schedule's last firing was dealt with: it waits from then on, or from when its next is due. Whoever has waited
-- for longest fires first, so a year of missed firings takes turns with what is due now.
ALTER TABLE schedules ADD COLUMN dealt_at timestamptz;
