import os,sys,time,subprocess,tempfile
sys.path.insert(0,"tests/support")
os.environ["TOPDOG_PROGRAM"]=os.path.abspath("build/src/app/topdog")
from topdog_driver import App, action, keys
from display_test import World
w=World(tempfile.mkdtemp(),"look")
APP="dev.topdog.Marketplace"
for i in range(2):
    with w.launch() as app:
        app.wait_for("table cell:"); print(app.window(), app.find_all("frame:")[0].extents())
        if i==0: app.resize(360,720); print(app.find_all("frame:")[0].extents())
        action(APP,"app.preferences"); app.click("page tab:Providers"); app.screenshot("shots/p%d.png"%i,window=True); keys(key="Escape"); time.sleep(.5)
