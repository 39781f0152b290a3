# Nothing follows the packet that is lost: the heartbeat a millisecond later tells of it.
subscribers 2
run 300
publish 1
run 5
drop subscriber-1 1
publish 1
idle
