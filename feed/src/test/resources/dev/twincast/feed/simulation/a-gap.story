# One subscriber misses a packet, sees the gap with the next one, and asks.
subscribers 2
run 300
publish 1
run 5
drop subscriber-0 1
publish 1
run 5
publish 1
idle
