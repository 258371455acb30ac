"""What is on the shelf: sets, cast, props, actions; their bakes; skinning. Below all departments.

==================  ==========================================================================
`library.bake`      the npz format of every set, body and prop
`library.npz`       npz files with reproducible bytes and no pickle
`library.png`       PNG files of frames, written quickly
`library.shelf`     where the data lives: checkout, editable install or wheel
`library.sets`      sets: marks, doors, floor, obstacles, light plans, bake
`library.cast`      cast members: body, skeleton, landmarks, skinning
`library.props`     props: bake and grip
`library.actions`   the actions actors can do
==================  ==========================================================================
"""
