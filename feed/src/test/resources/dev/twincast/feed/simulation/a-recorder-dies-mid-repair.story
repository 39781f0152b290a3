# The recorder that is asked dies before it answers: another one does.
recorders 2
subscribers 1
run 300
publish 1
run 5
drop subscriber-0 1
publish 1
run 2
crash recorder-1
idle
# It comes back, and has what it missed from the publisher.
publish 1
restart recorder-1
idle
