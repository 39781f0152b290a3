# One comes late and wants all: it is replayed, and joined with what goes on live.
recorders 1
subscribers 0
window 64 16
run 300
publish 40
idle
subscriber from 1
publish 2
run 20
publish 2
idle
