# It has lost its store, learns from a recorder how far it was, and goes on from there.
recorders 1
subscribers 1
forgetful
run 300
publish 2
idle
crash publisher
run 1000
restart publisher
run 300
publish 1
idle
# Without a recorder it cannot know: it uses numbers a second time, and that is told, not mixed.
crash publisher
crash recorder-0
run 1000
restart publisher
run 300
publish 1
run 100
